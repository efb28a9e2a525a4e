#include "collect/script_parts.h"

namespace rdpdoctor::collect {

const std::string_view script_parameters = R"ps([CmdletBinding()]
param(
    [string]$Out = '',
    [string]$Target = ''
)
# Before anything that a restricted mode forbids.
if ($PSVersionTable.PSVersion.Major -ne 5) {
    Write-Host 'This script is for Windows PowerShell 5.1: start it with powershell.exe'
    exit 3
}
if ([string]$ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    Write-Host 'The policies of this computer restrict PowerShell (its language mode), and the script needs FullLanguage'
    exit 3
}
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

)ps";

// Through .NET, which reads where reg.exe is locked, tells which subkey can't be read, and leaves out what is
// left out here. Trees become one export, as Registry Editor writes it; single values become records of the
// listing, since an export could not tell what of a key was not looked for.
const std::string_view script_registry = R"ps(
$State = @{ Folder = ''; Elevated = $false; User = ''; Named = @{}; Processes = @{}; Done = @{} }
foreach ($list in @('Told', 'Unreadable', 'Records', 'Covers', 'Absent', 'Files', 'Paths', 'Logs', 'Members')) {
    $State[$list] = New-Object 'System.Collections.Generic.List[string]'
}

function Say([string]$Text) { Write-Host ($Text -replace '[^ -~]', '?') }
function Show-Progress([string]$What) { Write-Progress -Activity 'rdpdoctor collects' -Status $What }

# Nested exceptions tell of the call, the innermost one why it failed.
function Get-Reason($Problem) {
    $inner = $Problem.Exception
    while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
    $denied = $inner -is [UnauthorizedAccessException] -or $inner -is [Security.SecurityException]
    if ($denied -and -not $State.Elevated) { return 'needs elevation (access denied)' }
    if ($denied) { return 'access denied' }
    return [string]$inner.Message
}
# Windows PowerShell writes what it wrapped itself as an object: plain texts and numbers only.
function ConvertTo-Record($Fields) { return ConvertTo-Json -InputObject $Fields -Compress -Depth 8 }
function Add-Unreadable([string]$Path, [string]$Why) {
    $State.Unreadable.Add((ConvertTo-Record ([ordered]@{ path = $Path; why = $Why })))
    $State.Told.Add($Path + ': ' + $Why)
}

# The 64-bit view, whatever runs this.
function Open-Key([string]$Path) {
    $hive = [Microsoft.Win32.RegistryHive]::LocalMachine
    $root, $below = $Path -split '\\', 2
    if ($root -eq 'HKU') { $hive = [Microsoft.Win32.RegistryHive]::Users }
    $base = [Microsoft.Win32.RegistryKey]::OpenBaseKey($hive, [Microsoft.Win32.RegistryView]::Registry64)
    if ([string]::IsNullOrEmpty($below)) { return $base }
    return $base.OpenSubKey($below, $false)
}
function Get-Text([string]$Path, [string]$Name) {
    try {
        $key = Open-Key $Path
        if ($null -eq $key) { return '' }
        return [string]$key.GetValue($Name, '')
    } catch { return '' }
}
function Get-Subkeys([string]$Path) {
    try {
        $key = Open-Key $Path
        if ($null -eq $key) { return @() }
        return @($key.GetSubKeyNames())
    } catch { return @() }
}

function ConvertTo-Hex([byte[]]$Bytes, [string]$Between) {
    if ($null -eq $Bytes -or $Bytes.Length -eq 0) { return '' }
    return [BitConverter]::ToString($Bytes).Replace('-', $Between).ToLowerInvariant()
}
# Type and bytes as the registry stores them; throws for what .NET does not give whole.
function Read-Value($Key, [string]$Name) {
    $kind = [int]$Key.GetValueKind($Name)
    $data = $Key.GetValue($Name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    $type = $kind
    [byte[]]$bytes = @()
    $end = [string][char]0
    if (($kind -eq 1 -or $kind -eq 2) -and $data -is [string]) { $bytes = [Text.Encoding]::Unicode.GetBytes($data + $end) }
    elseif ($kind -eq 7 -and $data -is [string[]]) { $bytes = [Text.Encoding]::Unicode.GetBytes([string]::Join('', @($data | ForEach-Object { $_ + $end })) + $end) }
    elseif ($kind -eq 4 -and $data -is [int]) { $bytes = [BitConverter]::GetBytes($data) }
    elseif ($kind -eq 11 -and $data -is [long]) { $bytes = [BitConverter]::GetBytes($data) }
    elseif (($kind -eq 3 -or $kind -eq -1) -and $data -is [byte[]]) { $bytes = $data }
    else { throw 'its type is one that Windows PowerShell does not read whole' }
    if ($kind -eq -1) { $type = 0 }
    if ($bytes.Length -gt 262144) { throw 'larger than 256 KiB, not collected' }
    return @{ Type = $type; Bytes = $bytes }
}
# Numbers are no secrets, as fPromptForPassword is one, nor is the empty Password of a new listener.
function Test-Secret([string]$Name, $Value) {
    if ($Value.Type -eq 4 -or $Value.Type -eq 11 -or $Value.Bytes.Length -le 2) { return $false }
    foreach ($part in $SecretValues) { if ($Name -like ('*' + $part + '*')) { return $true } }
    return $false
}

# The key's other values are whole without it.
function Add-Secret([string]$Path, [string]$Name) {
    $asked = [ordered]@{ name = $Name; unreadable = 'not collected: by its name it may hold a secret' }
    $State.Records.Add((ConvertTo-Record ([ordered]@{ key = $Path; asked = @($asked) })))
    $State.Told.Add($Path + ': ' + $Name + ': ' + $asked.unreadable)
}

function Protect-Text([string]$Text) { return $Text.Replace('\', '\\').Replace([string][char]34, '\' + [char]34) }
function Get-RegLine([string]$Name, $Value) {
    $quote = [string][char]34
    $shown = '@'
    if ($Name -ne '') { $shown = $quote + (Protect-Text $Name) + $quote }
    if ($Value.Type -eq 1) {
        $text = [Text.Encoding]::Unicode.GetString($Value.Bytes, 0, $Value.Bytes.Length - 2)
        if ($text -notmatch '[\x00-\x1f]' -and $text -eq $text.Trim()) { return $shown + '=' + $quote + (Protect-Text $text) + $quote }
    }
    if ($Value.Type -eq 4) { return $shown + '=dword:' + [BitConverter]::ToInt32($Value.Bytes, 0).ToString('x8') }
    $form = 'hex'
    if ($Value.Type -ne 3) { $form = 'hex(' + $Value.Type.ToString('x') + ')' }
    return $shown + '=' + $form + ':' + (ConvertTo-Hex $Value.Bytes ',')
}
function Write-Tree($Writer, $Key, [string]$Path) {
    $Writer.WriteLine('[' + ($Path -replace '^HKLM', 'HKEY_LOCAL_MACHINE' -replace '^HKU', 'HKEY_USERS') + ']')
    foreach ($name in $Key.GetValueNames()) {
        $shown = $Path + ': ' + $name
        if ($name -match '[\x00-\x1f]') { Add-Unreadable $Path 'a value of it has a name that is no text'; continue }
        try {
            $value = Read-Value $Key $name
            if (Test-Secret $name $value) { Add-Secret $Path $name } else { $Writer.WriteLine((Get-RegLine $name $value)) }
        } catch { Add-Unreadable $shown (Get-Reason $_) }
    }
    $Writer.WriteLine('')
    foreach ($name in $Key.GetSubKeyNames()) {
        $below = $Path + '\' + $name
        if ($SecretKeys -contains $name) { Add-Unreadable $below 'not collected: it may hold secrets'; continue }
        try {
            $child = $Key.OpenSubKey($name, $false)
            if ($null -eq $child) { continue }
            Write-Tree $Writer $child $below
            $child.Close()
        } catch { Add-Unreadable $below (Get-Reason $_) }
    }
}

# The keys that a row of the table means: what stands in < > is told by the machine.
function Expand-Row([string]$Path) {
    $found = $Path -match '^(.*?)<([^>]+)>(.*)$'
    if (-not $found) { return @($Path) }
    $before = $Matches[1]
    $word = $Matches[2]
    $after = $Matches[3]
    $names = @()
    if ($State.Named.ContainsKey($word)) { $names = $State.Named[$word] }
    else { $names = @(Get-Subkeys $before.TrimEnd('\') | Where-Object { $_ -like $word }) }
    return @($names | ForEach-Object { $before + $_ + $after })
}
# Only what is not there is listed as looked for: if the export gets lost, nothing in it is taken for absent.
function Add-Tree($Writer, [string]$Path) {
    try {
        $key = Open-Key $Path
        if ($null -ne $key) { Write-Tree $Writer $key $Path } else { $State.Absent.Add($Path) }
    } catch { Add-Unreadable $Path (Get-Reason $_) }
}

function Add-Values([string]$Path, [string[]]$Names) {
    $asked = New-Object 'System.Collections.Generic.List[object]'
    $key = $null
    $why = ''
    try { $key = Open-Key $Path } catch { $why = Get-Reason $_; $State.Told.Add($Path + ': ' + $why) }
    foreach ($name in $Names) {
        if ($why -ne '') { $asked.Add([ordered]@{ name = $name; unreadable = $why }); continue }
        if ($null -eq $key -or -not (@($key.GetValueNames()) -contains $name)) { $asked.Add([ordered]@{ name = $name; absent = $true }); continue }
        try {
            $value = Read-Value $key $name
            $asked.Add([ordered]@{ name = $name; type = $value.Type; data = (ConvertTo-Hex $value.Bytes '') })
        } catch {
            $asked.Add([ordered]@{ name = $name; unreadable = (Get-Reason $_) })
            $State.Told.Add($Path + ': ' + $name + ': ' + (Get-Reason $_))
        }
    }
    $State.Records.Add((ConvertTo-Record ([ordered]@{ key = $Path; asked = $asked.ToArray() })))
}
function Add-Names([string]$Path) {
    $record = [ordered]@{ key = $Path; subkeys = 'absent' }
    try {
        $key = Open-Key $Path
        if ($null -ne $key) { $record.subkeys = [string[]]@($key.GetSubKeyNames()) }
    } catch {
        $record.subkeys = [ordered]@{ unreadable = (Get-Reason $_) }
        $State.Told.Add($Path + ': ' + (Get-Reason $_))
    }
    $State.Records.Add((ConvertTo-Record $record))
}

$Sections = [Security.AccessControl.AccessControlSections]'Access, Owner, Group'
function Add-KeyAccess([string]$Path) {
    $record = [ordered]@{ key = $Path }
    try {
        $key = Open-Key $Path
        if ($null -eq $key) { $record.security = 'absent' }
        else { $record.sddl = [string]$key.GetAccessControl($Sections).GetSecurityDescriptorSddlForm($Sections) }
    } catch {
        $record.no_security = Get-Reason $_
        $State.Told.Add('access list of ' + $Path + ': ' + $record.no_security)
    }
    $State.Records.Add((ConvertTo-Record $record))
}
)ps";

}  // namespace rdpdoctor::collect
