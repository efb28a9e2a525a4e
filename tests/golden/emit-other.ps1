# rdpdoctor 0.1.0, for Windows PowerShell 5.1 as administrator
# For SRV-FIN-02
# Without a parameter it only shows what it would do. -Apply does it. -Undo takes the last run back.
# Exit status: 0 done or nothing to do, 1 there is something to do, 3 it could not.
#
# nla-off-for-a-while: Network Level Authentication is off for a while.
#   takes effect: for the next connection
#   weakens security; taken back by a scheduled task 60 minutes after -Apply
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
    @{ Says = 'NETWORK SERVICE can read the key file'; Kind = 'file access'; Key = 'C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686_1234'; Before = '0100049400000000000000000000000014000000020034000200000000001400ff011f0001010000000000051200000000001800ff011f0001020000000000052000000020020000'; After = '0100049400000000000000000000000014000000020048000300000000001400ff011f0001010000000000051200000000001800ff011f00010200000000000520000000200200000000140089001200010100000000000514000000' }
    @{ Says = 'NETWORK SERVICE can read the key'; Kind = 'key access'; Key = 'HKLM\SOFTWARE\Key'; Before = '0100049400000000000000000000000014000000020034000200000000001400ff011f0001010000000000051200000000001800ff011f0001020000000000052000000020020000'; After = '0100049400000000000000000000000014000000020048000300000000001400ff011f0001010000000000051200000000001800ff011f00010200000000000520000000200200000000140089001200010100000000000514000000' }
    @{ Says = 'the key file is set aside'; Kind = 'file'; Key = 'C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686_1234'; Before = 'file:2291'; After = 'absent' }
    @{ Says = 'Remote Desktop Services starts again'; Kind = 'service'; Key = 'TermService'; Action = 'restart'; Before = ''; After = '' }
    @{ Says = 'Winsock is reset'; Kind = 'command'; Key = ''; Run = @('netsh', 'winsock', 'reset'); Back = @(); Destroys = 'providers that other programs added'; Before = ''; After = '' }
    @{ Says = 'the MTU is 1400'; Kind = 'command'; Key = ''; Run = @('netsh', 'interface', 'ipv4', 'set', 'subinterface', 'LAN 1', 'mtu=1400'); Back = @('netsh', 'interface', 'ipv4', 'set', 'subinterface', 'LAN 1', 'mtu=1500'); Destroys = ''; Before = ''; After = '' }
)
$ScriptId = '5544963c707f8f3b'
$TakenBackAfter = 60

