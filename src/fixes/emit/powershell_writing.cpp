#include "fixes/emit/powershell_engine.h"

namespace rdpdoctor::fixes::emit {

const std::string_view powershell_writing = R"ps(
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
)ps";

}  // namespace rdpdoctor::fixes::emit
