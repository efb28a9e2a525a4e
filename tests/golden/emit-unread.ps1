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

function Say([string]$Text) { Write-Host ($Text -replace '[^ -~]', '?') }

function ConvertTo-Hex([byte[]]$Bytes) {
    if ($null -eq $Bytes -or $Bytes.Length -eq 0) { return '' }
    return [BitConverter]::ToString($Bytes).Replace('-', '').ToLowerInvariant()
}
function ConvertFrom-Hex([string]$Hex) {
    $bytes = New-Object byte[] ($Hex.Length -shr 1)
    for ($i = 0; $i -lt $bytes.Length; $i++) { $bytes[$i] = [Convert]::ToByte($Hex.Substring(2 * $i, 2), 16) }
    return , $bytes
}
function ConvertTo-TextHex([string]$Text) {
    $hex = New-Object Text.StringBuilder
    foreach ($c in $Text.ToCharArray()) {
        $n = [int]$c
        [void]$hex.Append(($n -band 255).ToString('x2'))
        [void]$hex.Append(($n -shr 8).ToString('x2'))
    }
    return $hex.ToString()
}
function ConvertFrom-TextHex([string]$Hex) {
    $text = New-Object Text.StringBuilder
    for ($i = 0; $i + 4 -le $Hex.Length; $i += 4) {
        $unit = [Convert]::ToInt32($Hex.Substring($i + 2, 2) + $Hex.Substring($i, 2), 16)
        [void]$text.Append([char]$unit)
    }
    return $text.ToString()
}

# A place that only the machine itself can complete.
function Resolve-Place([string]$Text) {
    if (-not $Text.Contains('%')) { return $Text }
    if ($Text.Contains('%MachineGuid%')) {
        $key = Open-RegistryKey 'HKLM\SOFTWARE\Microsoft\Cryptography' $false
        $Text = $Text.Replace('%MachineGuid%', [string]$key.GetValue('MachineGuid'))
    }
    $data = [Environment]::GetFolderPath('CommonApplicationData')
    $root = [Environment]::GetFolderPath('Windows')
    return $Text.Replace('%ProgramData%', $data).Replace('%SystemRoot%', $root)
}

# The 64-bit view, also when a 32-bit PowerShell runs this.
function Open-Hive([string]$Path) {
    $hive = [Microsoft.Win32.RegistryHive]::LocalMachine
    $root = $Path.Split('\')[0]
    if ($root -eq 'HKU') { $hive = [Microsoft.Win32.RegistryHive]::Users }
    elseif ($root -ne 'HKLM') { throw ('not a key of HKLM or HKU: ' + $Path) }
    return [Microsoft.Win32.RegistryKey]::OpenBaseKey($hive, [Microsoft.Win32.RegistryView]::Registry64)
}
function Get-SubPath([string]$Path) { return $Path.Substring($Path.IndexOf('\') + 1) }
function Open-RegistryKey([string]$Path, [bool]$Writable) {
    return (Open-Hive $Path).OpenSubKey((Get-SubPath $Path), $Writable)
}

function Read-Value($Key, [string]$Name) {
    if (-not ($Key.GetValueNames() -contains $Name)) { return 'absent' }
    $kind = [int]$Key.GetValueKind($Name)
    $data = $Key.GetValue($Name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    if (($kind -eq 1 -or $kind -eq 2) -and $data -is [string]) {
        return '{0}:{1}0000' -f $kind, (ConvertTo-TextHex $data)
    }
    if ($kind -eq 3 -and $data -is [byte[]]) { return '3:' + (ConvertTo-Hex $data) }
    if ($kind -eq -1 -and $data -is [byte[]]) { return '0:' + (ConvertTo-Hex $data) }
    if ($kind -eq 4 -and $data -is [int]) { return '4:' + (ConvertTo-Hex ([BitConverter]::GetBytes($data))) }
    if ($kind -eq 11 -and $data -is [long]) { return '11:' + (ConvertTo-Hex ([BitConverter]::GetBytes($data))) }
    if ($kind -eq 7 -and $data -is [string[]]) {
        $hex = ''
        foreach ($text in $data) { $hex += (ConvertTo-TextHex $text) + '0000' }
        return '7:' + $hex + '0000'
    }
    throw ('the value ' + $Name + ' has a type that Windows PowerShell could not put back')
}

function Add-Tree($Lines, $Key, [string]$Below) {
    $place = ConvertTo-TextHex $Below
    $Lines.Add('K:' + $place)
    foreach ($name in $Key.GetValueNames()) {
        $Lines.Add(('V:{0}:{1}:{2}' -f $place, (ConvertTo-TextHex $name), (Read-Value $Key $name)))
    }
    foreach ($name in $Key.GetSubKeyNames()) {
        $child = $Key.OpenSubKey($name, $false)
        if ($null -eq $child) { continue }
        $path = $name
        if ($Below -ne '') { $path = $Below + '\' + $name }
        Add-Tree $Lines $child $path
        $child.Close()
    }
}
function Read-Tree([string]$Path) {
    $key = Open-RegistryKey $Path $false
    if ($null -eq $key) { return 'absent' }
    $lines = New-Object 'System.Collections.Generic.List[string]'
    Add-Tree $lines $key ''
    $key.Close()
    $lines.Sort([StringComparer]::Ordinal)
    return [string]::Join('|', $lines.ToArray())
}

function Open-AccessKey([string]$Path) {
    $rights = [Security.AccessControl.RegistryRights]'ReadPermissions, ChangePermissions'
    $check = [Microsoft.Win32.RegistryKeyPermissionCheck]::ReadWriteSubTree
    $key = (Open-Hive $Path).OpenSubKey((Get-SubPath $Path), $check, $rights)
    if ($null -eq $key) { throw ('there is no key ' + $Path) }
    return $key
}
function Get-Security($Change, [string]$Path) {
    $part = [Security.AccessControl.AccessControlSections]::Access
    if ($Change.Kind -eq 'key access') { return (Open-AccessKey $Path).GetAccessControl($part) }
    if ([IO.Directory]::Exists($Path)) { return [IO.Directory]::GetAccessControl($Path, $part) }
    return [IO.File]::GetAccessControl($Path, $part)
}
function Get-Sddl($Security) {
    return $Security.GetSecurityDescriptorSddlForm([Security.AccessControl.AccessControlSections]::Access)
}
# What the descriptor of these bytes is in the words of the one that is there.
function Get-SddlOf($Change, [string]$Path, [string]$Hex) {
    $security = Get-Security $Change $Path
    [byte[]]$bytes = ConvertFrom-Hex $Hex
    $security.SetSecurityDescriptorBinaryForm($bytes, [Security.AccessControl.AccessControlSections]::Access)
    return Get-Sddl $security
}
# The access list that is there, with reading for NETWORK SERVICE added.
function Get-SddlWithReading($Change, [string]$Path) {
    $security = Get-Security $Change $Path
    $who = New-Object Security.Principal.SecurityIdentifier('S-1-5-20')
    if ($Change.Kind -eq 'key access') {
        $rule = New-Object Security.AccessControl.RegistryAccessRule($who, 'ReadKey', 'Allow')
    } else {
        $rule = New-Object Security.AccessControl.FileSystemAccessRule($who, 'Read', 'Allow')
    }
    $security.AddAccessRule($rule)
    return Get-Sddl $security
}

function Get-State($Change) {
    $place = Resolve-Place $Change.Key
    switch ($Change.Kind) {
        'value' {
            $key = Open-RegistryKey $place $false
            if ($null -eq $key) { return 'absent' }
            $state = Read-Value $key $Change.Name
            $key.Close()
            return $state
        }
        'key' { return Read-Tree $place }
        'file' {
            $file = New-Object IO.FileInfo($place)
            if ($file.Exists) { return 'file:' + $file.Length }
            return 'absent'
        }
        default { return Get-Sddl (Get-Security $Change $place) }
    }
}
# The state that the change starts from ('' any), and the one that it makes.
function Get-Before($Change) {
    if ($Change.Kind -like '*access' -and $Change.Before -ne '') {
        return Get-SddlOf $Change (Resolve-Place $Change.Key) $Change.Before
    }
    return $Change.Before
}
function Get-After($Change) {
    if ($Change.Kind -notlike '*access') { return $Change.After }
    $place = Resolve-Place $Change.Key
    if ($Change.After -eq '') { return Get-SddlWithReading $Change $place }
    return Get-SddlOf $Change $place $Change.After
}
# How Windows marks inherited lists is its own matter.
function Test-Same([string]$One, [string]$Other) {
    return ($One -creplace '^D:(P?)(AI|AR)*', 'D:$1') -ceq ($Other -creplace '^D:(P?)(AI|AR)*', 'D:$1')
}
function Test-LeavesState($Change) { return $Change.Kind -ne 'service' -and $Change.Kind -ne 'command' }

function Get-Words([string]$State) {
    if ($State -eq '') { return 'whatever is there' }
    if ($State -eq 'absent') { return 'not there' }
    if ($State -match '^[12]:') {
        $text = ConvertFrom-TextHex $State.Substring(2)
        return '"' + $text.Substring(0, $text.Length - 1) + '"'
    }
    if ($State -match '^4:[0-9a-f]{8}$') {
        [byte[]]$bytes = ConvertFrom-Hex $State.Substring(2)
        return 'REG_DWORD ' + [BitConverter]::ToUInt32($bytes, 0)
    }
    if ($State -match '^7:') { return (ConvertFrom-TextHex $State.Substring(2)).TrimEnd([char]0).Replace([char]0, ' ') }
    if ($State -match '^[0-9]+:') { return 'bytes ' + $State.Substring($State.IndexOf(':') + 1) }
    if ($State -match '^K:') { return 'a key with ' + $State.Split('|').Length + ' keys and values' }
    if ($State -match '^file:') { return 'a file of ' + $State.Substring(5) + ' bytes' }
    return $State
}
function Get-Target($Change) {
    if ($Change.Kind -eq 'value') { return $Change.Key + ': ' + $Change.Name }
    if ($Change.Kind -eq 'command') { return $Change.Run -join ' ' }
    if ($Change.Kind -eq 'service') { return $Change.Action + ' ' + $Change.Key }
    return $Change.Key
}

function Write-Value($Key, [string]$Name, [string]$State) {
    $kind = [int]$State.Substring(0, $State.IndexOf(':'))
    $hex = $State.Substring($State.IndexOf(':') + 1)
    [byte[]]$bytes = ConvertFrom-Hex $hex
    $text = ConvertFrom-TextHex $hex
    switch ($kind) {
        0 { $Key.SetValue($Name, $bytes, [Microsoft.Win32.RegistryValueKind]::None) }
        1 { $Key.SetValue($Name, $text.Substring(0, $text.Length - 1), [Microsoft.Win32.RegistryValueKind]::String) }
        2 { $Key.SetValue($Name, $text.Substring(0, $text.Length - 1), [Microsoft.Win32.RegistryValueKind]::ExpandString) }
        3 { $Key.SetValue($Name, $bytes, [Microsoft.Win32.RegistryValueKind]::Binary) }
        4 { $Key.SetValue($Name, [BitConverter]::ToInt32($bytes, 0), [Microsoft.Win32.RegistryValueKind]::DWord) }
        7 {
            $list = New-Object 'System.Collections.Generic.List[string]'
            $parts = $text.Substring(0, $text.Length - 1).Split([char]0)
            for ($i = 0; $i -lt $parts.Length - 1; $i++) { $list.Add($parts[$i]) }
            [string[]]$texts = $list.ToArray()
            $Key.SetValue($Name, $texts, [Microsoft.Win32.RegistryValueKind]::MultiString)
        }
        11 { $Key.SetValue($Name, [BitConverter]::ToInt64($bytes, 0), [Microsoft.Win32.RegistryValueKind]::QWord) }
        default { throw ('a registry value of type ' + $kind + ' can not be written by Windows PowerShell') }
    }
}
function Set-Value([string]$Path, [string]$Name, [string]$State) {
    if ($State -eq 'absent') {
        $key = Open-RegistryKey $Path $true
        if ($null -eq $key) { return }
        $key.DeleteValue($Name, $false)
    } else {
        $key = (Open-Hive $Path).CreateSubKey((Get-SubPath $Path))
        Write-Value $key $Name $State
    }
    $key.Flush()
    $key.Close()
}
function Remove-Tree([string]$Path) {
    (Open-Hive $Path).DeleteSubKeyTree((Get-SubPath $Path), $false)
}
function Get-Place([string]$Path, [string]$Hex) {
    if ($Hex -eq '') { return $Path }
    return $Path + '\' + (ConvertFrom-TextHex $Hex)
}
# Only what differs is touched, so that keys that stay keep their access lists.
function Set-Tree([string]$Path, [string]$State) {
    if ($State -eq 'absent') { Remove-Tree $Path; return }
    $wanted = $State.Split('|')
    $there = (Read-Tree $Path).Split('|')
    foreach ($line in $there) {
        if ($wanted -ccontains $line -or $line -eq 'absent') { continue }
        $parts = $line.Split(':')
        $place = Get-Place $Path $parts[1]
        if ($parts[0] -eq 'K') { Remove-Tree $place } else { Set-Value $place (ConvertFrom-TextHex $parts[2]) 'absent' }
    }
    foreach ($line in $wanted) {
        if ($there -ccontains $line) { continue }
        $parts = $line.Split(':')
        $place = Get-Place $Path $parts[1]
        if ($parts[0] -eq 'K') {
            $key = (Open-Hive $place).CreateSubKey((Get-SubPath $place))
            $key.Flush()
            $key.Close()
        } else {
            Set-Value $place (ConvertFrom-TextHex $parts[2]) ($parts[3] + ':' + $parts[4])
        }
    }
}
function Set-Access($Change, [string]$Path, [string]$State) {
    $security = Get-Security $Change $Path
    $security.SetSecurityDescriptorSddlForm($State, [Security.AccessControl.AccessControlSections]::Access)
    if ($Change.Kind -eq 'key access') { (Open-AccessKey $Path).SetAccessControl($security) }
    elseif ([IO.Directory]::Exists($Path)) { [IO.Directory]::SetAccessControl($Path, $security) }
    else { [IO.File]::SetAccessControl($Path, $security) }
}
# $Aside: where the file lies, or shall lie, in the run's folder.
function Set-State($Change, [string]$State, [string]$Aside) {
    $place = Resolve-Place $Change.Key
    switch ($Change.Kind) {
        'value' { Set-Value $place $Change.Name $State }
        'key' { Set-Tree $place $State }
        'file' { if ($State -eq 'absent') { [IO.File]::Move($place, $Aside) } else { [IO.File]::Move($Aside, $place) } }
        default { Set-Access $Change $place $State }
    }
    $now = Get-State $Change
    if (-not (Test-Same $now $State)) { throw ((Get-Target $Change) + ' is ' + (Get-Words $now) + ' after it was written') }
}

# How many parts of a key's path are there, so that -Undo can remove those that a value brought with it.
function Get-Depth([string]$Path) {
    $parts = $Path.Split('\')
    for ($n = $parts.Length; 1 -lt $n; $n--) {
        $key = Open-RegistryKey ([string]::Join('\', $parts, 0, $n)) $false
        if ($null -ne $key) { $key.Close(); return $n }
    }
    return 1
}
function Remove-EmptyKeys([string]$Path, [int]$Depth) {
    $parts = $Path.Split('\')
    for ($n = $parts.Length; $Depth -lt $n; $n--) {
        $place = [string]::Join('\', $parts, 0, $n)
        $key = Open-RegistryKey $place $false
        if ($null -eq $key) { continue }
        $empty = $key.SubKeyCount -eq 0 -and $key.ValueCount -eq 0
        $key.Close()
        if (-not $empty) { return }
        (Open-Hive $place).DeleteSubKey((Get-SubPath $place), $false)
    }
}

function Invoke-Service($Change) {
    $service = @(Get-Service -ErrorAction SilentlyContinue | Where-Object { $_.Name -eq $Change.Key })
    if ($service.Length -ne 1) { throw ('there is no service ' + $Change.Key) }
    switch ($Change.Action) {
        'start' { Start-Service -InputObject $service[0] }
        'stop' { Stop-Service -InputObject $service[0] -Force }
        default { Restart-Service -InputObject $service[0] -Force }
    }
}
# A program of System32 by its full path; Sysnative is what a 32-bit PowerShell calls it by.
function Invoke-Program([string[]]$Command) {
    $folder = 'System32'
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) { $folder = 'Sysnative' }
    $name = $Command[0]
    if (-not $name.EndsWith('.exe', [StringComparison]::OrdinalIgnoreCase)) { $name += '.exe' }
    $root = [Environment]::GetFolderPath('Windows')
    $program = [IO.Path]::Combine([IO.Path]::Combine($root, $folder), $name)
    if (-not [IO.File]::Exists($program)) { throw ('there is no program ' + $program) }
    $arguments = @()
    for ($i = 1; $i -lt $Command.Length; $i++) {
        if ($Command[$i].Contains([string][char]34)) { throw 'an argument with a quotation mark can not be passed on' }
        $arguments += $Command[$i]
    }
    $ErrorActionPreference = 'Continue'
    & $program $arguments 2>&1 | ForEach-Object { Say ('      ' + $_) }
    if ($LASTEXITCODE -ne 0) { throw ($name + ' ended with ' + $LASTEXITCODE) }
}

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
