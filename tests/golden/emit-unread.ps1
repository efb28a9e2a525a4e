# rdpdoctor 0.1.0, for Windows PowerShell 5.1 as administrator
# For any machine: what is there is read when it runs.
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
    @{ Says = 'Remote Desktop is on'; Kind = 'value'; Key = 'HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server'; Name = 'fDenyTSConnections'; Before = ''; After = '4:00000000' }
    @{ Says = 'NETWORK SERVICE can read the key file'; Kind = 'file access'; Key = '%ProgramData%\Microsoft\Crypto\RSA\MachineKeys\f686_%MachineGuid%'; Before = ''; After = '' }
)
$ScriptId = '091ed65eaa054bf8'
$TakenBackAfter = 0

