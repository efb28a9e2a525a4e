#include "fixes/emit/powershell_engine.h"

namespace rdpdoctor::fixes::emit {

// Beside the runs of rdpdoctor itself, whose journals are of another form.
const std::string_view powershell_journal = R"ps(
$Run = @{ Folder = ''; Code = 0; ToDo = @(); Refused = 0 }
$Top = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'rdpdoctor')
$Runs = [IO.Path]::Combine($Top, 'scripts')

# Every user may make folders in ProgramData: one of theirs could hold a journal that says what to write.
function Assert-Ours([string]$Folder, [bool]$Closed) {
    $parts = [Security.AccessControl.AccessControlSections]'Access, Owner'
    $security = [IO.Directory]::GetAccessControl($Folder, $parts)
    $owner = $security.GetOwner([Security.Principal.SecurityIdentifier]).Value
    $attributes = (New-Object IO.DirectoryInfo($Folder)).Attributes
    $ours = @('S-1-5-18', 'S-1-5-32-544') -contains $owner
    if ([int]($attributes -band [IO.FileAttributes]::ReparsePoint) -ne 0) { $ours = $false }
    if ($Closed -and -not $security.AreAccessRulesProtected) { $ours = $false }
    if (-not $ours) { throw ('the folder ' + $Folder + ' is not only for administrators: look at it, and remove it') }
}
function New-Folder([string]$Folder, [bool]$Closed) {
    if (-not [IO.Directory]::Exists($Folder)) {
        $security = New-Object Security.AccessControl.DirectorySecurity
        $security.SetSecurityDescriptorSddlForm('O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
        [void][IO.Directory]::CreateDirectory($Folder, $security)
    }
    Assert-Ours $Folder $Closed
}
function Get-MachineGuid { return Resolve-Place '%MachineGuid%' }

# On the disk when it returns.
function Add-Journal($Entry) {
    $line = (ConvertTo-Json -InputObject $Entry -Compress) + [char]10
    $bytes = (New-Object Text.UTF8Encoding($false, $true)).GetBytes($line)
    $path = [IO.Path]::Combine($Run.Folder, 'journal.jsonl')
    $file = New-Object IO.FileStream($path, 'Append', 'Write', 'Read')
    try {
        $file.Write($bytes, 0, $bytes.Length)
        $file.Flush($true)
    } finally { $file.Close() }
}
# A last line that was cut off has no newline, and is left out.
function Read-Journal([string]$Folder) {
    $lines = [IO.File]::ReadAllText([IO.Path]::Combine($Folder, 'journal.jsonl')).Split([char]10)
    for ($i = 0; $i -lt $lines.Length - 1; $i++) { ConvertFrom-Json -InputObject $lines[$i] }
}
function Start-Run {
    New-Folder $Top $false
    New-Folder $Runs $true
    $stamp = [DateTime]::UtcNow.ToString('yyyyMMdd-HHmmss-fff', [Globalization.CultureInfo]::InvariantCulture)
    $folder = [IO.Path]::Combine($Runs, $stamp)
    if ([IO.Directory]::Exists($folder)) { throw ('there is a run ' + $stamp + ' already') }
    New-Folder $folder $true
    $Run.Folder = $folder
    Add-Journal ([ordered]@{ what = 'begin'; script = $ScriptId; at = $stamp; machine = [Environment]::MachineName; guid = (Get-MachineGuid) })
    [IO.File]::WriteAllText([IO.Path]::Combine($folder, 'undo.ps1'), $Self, (New-Object Text.ASCIIEncoding))
}
# The newest run of this script that is not taken back; '' none.
function Find-Run {
    if (-not [IO.Directory]::Exists($Runs)) { return '' }
    Assert-Ours $Top $false
    Assert-Ours $Runs $true
    foreach ($folder in @([IO.Directory]::GetDirectories($Runs) | Sort-Object -Descending)) {
        if (-not [IO.File]::Exists([IO.Path]::Combine($folder, 'journal.jsonl'))) { continue }
        $entries = @(Read-Journal $folder)
        if ($entries.Length -eq 0 -or $entries[0].what -cne 'begin' -or $entries[0].script -cne $ScriptId) { continue }
        if (@($entries | Where-Object { $_.what -ceq 'undone' }).Length -ne 0) { continue }
        if ($entries[0].guid -ne (Get-MachineGuid)) { throw ('the journal in ' + $folder + ' is of another machine') }
        return $folder
    }
    return ''
}

function Get-TaskName([string]$Folder) { return 'rdpdoctor-undo-' + [IO.Path]::GetFileName($Folder) }
# Before anything is changed, so that what weakens this machine ends also when nobody looks after it.
function Register-Undo {
    $at = [DateTime]::Now.AddMinutes($TakenBackAfter)
    $root = [Environment]::GetFolderPath('System')
    $program = [IO.Path]::Combine($root, 'WindowsPowerShell\v1.0\powershell.exe')
    $file = [IO.Path]::Combine($Run.Folder, 'undo.ps1')
    $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + $file + '" -Undo'
    $action = New-ScheduledTaskAction -Execute $program -Argument $arguments
    $trigger = New-ScheduledTaskTrigger -Once -At $at
    $who = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
    $name = Get-TaskName $Run.Folder
    [void](Register-ScheduledTask -TaskName $name -Action $action -Trigger $trigger -Principal $who -Settings $settings)
    Say ('The scheduled task ' + $name + ' takes all of this back at ' + $at.ToString('yyyy-MM-dd HH:mm') + ' of this machine.')
}
function Unregister-Undo([string]$Folder) {
    if ($TakenBackAfter -eq 0) { return }
    $name = Get-TaskName $Folder
    $task = @(Get-ScheduledTask -ErrorAction SilentlyContinue | Where-Object { $_.TaskName -eq $name })
    if ($task.Length -ne 0) { Unregister-ScheduledTask -TaskName $name -Confirm:$false }
}
)ps";

const std::string_view powershell_commands = R"ps(
function Show-Changes {
    $lasting = 0
    $open = 0
    for ($n = 0; $n -lt $Changes.Length; $n++) {
        $change = $Changes[$n]
        Say ('{0}. {1}' -f ($n + 1), $change.Says)
        Say ('   ' + (Get-Target $change))
        if (-not (Test-LeavesState $change)) {
            if ($change.Kind -eq 'command' -and $change.Destroys -ne '') { Say ('   lost by it: ' + $change.Destroys) }
            $Run.ToDo += $n
            continue
        }
        $lasting++
        $now = Get-State $change
        $after = Get-After $change
        if (Test-Same $now $after) { Say '   is so already'; continue }
        $before = Get-Before $change
        if ($before -ne '' -and -not (Test-Same $now $before)) {
            Say ('   REFUSED: it was ' + (Get-Words $before) + ' when this script was made, and is ' + (Get-Words $now))
            $Run.Refused++
            continue
        }
        Say ('   ' + (Get-Words $now) + '  ->  ' + (Get-Words $after))
        $Run.ToDo += $n
        $open++
    }
    # What services and commands are for is there already.
    if ($lasting -ne 0 -and $open -eq 0) { $Run.ToDo = @() }
}
function Get-Aside([string]$Folder, $Change, [int]$Number) {
    return [IO.Path]::Combine($Folder, [string]$Number + '-' + [IO.Path]::GetFileName((Resolve-Place $Change.Key)))
}

function Invoke-Change([int]$Number) {
    $change = $Changes[$Number]
    $entry = [ordered]@{ what = 'change'; number = $Number; says = $change.Says; target = (Get-Target $change); before = ''; after = ''; depth = 0 }
    if (-not (Test-LeavesState $change)) {
        Add-Journal $entry
        if ($change.Kind -eq 'service') { Invoke-Service $change } else { Invoke-Program $change.Run }
        Add-Journal ([ordered]@{ what = 'done'; number = $Number })
        return
    }
    $entry.before = Get-State $change
    $entry.after = Get-After $change
    if ($change.Kind -eq 'value' -or $change.Kind -eq 'key') { $entry.depth = Get-Depth (Resolve-Place $change.Key) }
    $before = Get-Before $change
    if ($before -ne '' -and -not (Test-Same $entry.before $before)) { throw ((Get-Target $change) + ' was changed meanwhile') }
    Add-Journal $entry
    Set-State $change $entry.after (Get-Aside $Run.Folder $change $Number)
}
function Invoke-Apply {
    Show-Changes
    if ($Run.Refused -ne 0) { Say 'Nothing was written.'; $Run.Code = 3; return }
    if ($Run.ToDo.Length -eq 0) { Say 'All is so already: nothing was written.'; return }
    Start-Run
    if ($TakenBackAfter -ne 0) { Register-Undo }
    foreach ($n in $Run.ToDo) { Invoke-Change $n; Say ('done: ' + ($n + 1)) }
    Add-Journal ([ordered]@{ what = 'applied' })
    Say ('All was done and read back. The journal is in ' + $Run.Folder + '. This script with -Undo takes it back.')
}

function Undo-Change($Step, [string]$Folder) {
    $change = $Changes[[int]$Step.number]
    if ($change.Kind -eq 'service') { Say ('not done again: ' + (Get-Target $change)); return }
    if ($change.Kind -eq 'command') {
        if ($change.Back.Length -eq 0) { Say ('can not be taken back: ' + (Get-Target $change)) } else { Invoke-Program $change.Back }
        return
    }
    Set-State $change $Step.before (Get-Aside $Folder $change $Step.number)
    $in_registry = $change.Kind -eq 'value' -or $change.Kind -eq 'key'
    if ($in_registry -and $Step.before -eq 'absent') { Remove-EmptyKeys (Resolve-Place $change.Key) $Step.depth }
    Say ('put back: ' + (Get-Target $change) + ' is ' + (Get-Words $Step.before))
}
function Invoke-Undo {
    $folder = Find-Run
    if ($folder -eq '') { Say 'There is no run of this script to take back.'; return }
    $entries = @(Read-Journal $folder)
    $steps = @($entries | Where-Object { $_.what -ceq 'change' })
    [Array]::Reverse($steps)
    $finished = @($entries | Where-Object { $_.what -ceq 'done' } | ForEach-Object { [int]$_.number })
    $todo = @()
    $changed = 0
    foreach ($step in $steps) {
        $change = $Changes[[int]$step.number]
        if (-not (Test-LeavesState $change)) {
            if ($finished -contains [int]$step.number) { $todo += $step }
            continue
        }
        $now = Get-State $change
        if (Test-Same $now $step.after) { $todo += $step; continue }
        if (Test-Same $now $step.before) { continue }
        Say ('CHANGED SINCE: ' + (Get-Target $change) + ' is ' + (Get-Words $now) + ', this script made it ' + (Get-Words $step.after))
        $changed++
    }
    if ($changed -ne 0) { Say 'Nothing was taken back.'; $Run.Code = 3; return }
    $Run.Folder = $folder
    foreach ($step in $todo) { Undo-Change $step $folder }
    Add-Journal ([ordered]@{ what = 'undone' })
    Unregister-Undo $folder
    Say ('All that can be taken back is as it was before the run in ' + $folder + '.')
}

function Assert-Ready {
    if ($Apply -and $Undo) { throw 'give -Apply or -Undo, not both' }
    foreach ($word in $Rest) {
        if (@('true', '1') -notcontains $word) { throw ('what does not belong here: ' + $word + '; expected -Apply, -Undo or nothing') }
    }
    $major = $PSVersionTable.PSVersion.Major
    if ($major -ne 5 -and $major -ne 4) { throw 'this is not Windows PowerShell 5.1: run it by powershell.exe' }
    $who = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $who.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        throw 'this is not run as administrator: open PowerShell by Run as administrator'
    }
}

try {
    Assert-Ready
    if ($Undo) { Invoke-Undo }
    elseif ($Apply) { Invoke-Apply }
    else {
        Show-Changes
        if ($Run.Refused -ne 0) { $Run.Code = 3 } elseif ($Run.ToDo.Length -ne 0) { $Run.Code = 1 }
        Say 'Nothing was written: -Apply does it, -Undo takes the last run back.'
    }
} catch {
    $Run.Code = 3
    Say ('Could not: ' + $_.Exception.Message)
    if ($Run.Folder -ne '') { Say ('What was done is in ' + $Run.Folder + '; this script with -Undo takes it back.') }
}
exit $Run.Code
)ps";

}  // namespace rdpdoctor::fixes::emit
