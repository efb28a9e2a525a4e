#include "fixes/emit/powershell_engine.h"

namespace rdpdoctor::fixes::emit {

// `az vm run-command` passes parameters as name and value: "-Apply true".
const std::string_view powershell_parameters = R"ps([CmdletBinding()]
param(
    [switch]$Apply,
    [switch]$Undo,
    [Parameter(ValueFromRemainingArguments = $true)][string[]]$Rest
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$Self = $MyInvocation.MyCommand.ScriptBlock.ToString()

)ps";

// A state is one line of ASCII that can be compared and put back:
//   registry value  absent, or TYPE:HEX
//   registry key    absent, or what is in it (powershell_quote.h)
//   access list     as SDDL, D:…
//   file            absent, or file:SIZE
// Windows PowerShell reads values through .NET, which gives no raw bytes: a value that could not be put back
// as it was is refused.
const std::string_view powershell_reading = R"ps(
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
)ps";

}  // namespace rdpdoctor::fixes::emit
