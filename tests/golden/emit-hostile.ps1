# rdpdoctor 0.1.0, for Windows PowerShell 5.1 as administrator
# For SRV-FIN-02
# Without a parameter it only shows what it would do. -Apply does it. -Undo takes the last run back.
# Exit status: 0 done or nothing to do, 1 there is something to do, 3 it could not.
#
# repair-everything: All that can be changed is changed.
#   interrupts: ends all sessions of this host, yours too
#   takes effect: for the next connection
[CmdletBinding()]
param(
    [switch]$Apply,
    [switch]$Undo,
    [Parameter(ValueFromRemainingArguments = $true)][string[]]$Rest
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$Self = $MyInvocation.MyCommand.ScriptBlock.ToString()

$Changes = @(
    @{ Says = ('a'';Remove-Item C:\;''' + [char]0x2019 + ';exit' + [char]0x2018 + '' + [char]0x201A + '' + [char]0x201B + ' $(exit) `"%PATH%"&|^[x]=\ ' + [char]0xD83D + '' + [char]0xDD12 + ''); Kind = 'value'; Key = ('HKLM\SOFTWARE\rdpdoctor test\it''s ] [-x] $(exit) & ' + [char]0x2019 + ''); Name = ('a'';Remove-Item C:\;''' + [char]0x2019 + ';exit' + [char]0x2018 + '' + [char]0x201A + '' + [char]0x201B + ' $(exit) `"%PATH%"&|^[x]=\ ' + [char]0xD83D + '' + [char]0xDD12 + ''); Before = '1:6200650066006f0072006500200027000000'; After = '1:610027003b00520065006d006f00760065002d004900740065006d00200043003a005c003b00270019203b00650078006900740018201a201b2020002400280065007800690074002900200060002200250050004100540048002500220026007c005e005b0078005d003d005c0020003dd812dd0000' }
    @{ Says = ('a line' + [char]0x000D + '' + [char]0x000A + 'Exit; of two'); Kind = 'value'; Key = ('HKLM\SOFTWARE\rdpdoctor test\it''s ] [-x] $(exit) & ' + [char]0x2019 + ''); Name = ('two' + [char]0x000D + '' + [char]0x000A + 'lines'); Before = 'absent'; After = '1:61000d000a0062000000' }
)
$ScriptId = 'fb88d1ec62c0f99c'
$TakenBackAfter = 0

