#include "collect/script_parts.h"

namespace rdpdoctor::collect {

// Members are put in one by one: CreateFromDirectory of this .NET writes backslashes into their names.
const std::string_view script_archive = R"ps(
$Utf8 = New-Object Text.UTF8Encoding($false)

function Test-Done([string]$Row) {
    if ($State.Done.ContainsKey($Row)) { return $true }
    $State.Done[$Row] = $true
    return $false
}
function Write-Registry {
    $writer = New-Object IO.StreamWriter([IO.Path]::Combine($State.Folder, 'registry.reg'), $false, [Text.Encoding]::Unicode)
    try {
        $writer.WriteLine('Windows Registry Editor Version 5.00')
        $writer.WriteLine('')
        foreach ($row in $Keys) {
            foreach ($path in @(Expand-Row $row.Key)) {
                if (Test-Done ($row.Take + ' ' + $path)) { continue }
                Show-Progress $path
                switch ($row.Take) {
                    'tree' { Add-Tree $writer $path }
                    'values' { Add-Values $path $row.Names }
                    'names' { Add-Names $path }
                    default { Add-KeyAccess $path }
                }
            }
        }
    } finally { $writer.Close() }
}
function Read-Files {
    Show-Progress 'files'
    foreach ($row in $Files) {
        foreach ($named in @(Expand-Row $row.Path)) {
            $path = [Environment]::ExpandEnvironmentVariables($named)
            if (Test-Done ('file ' + $path)) { continue }
            if ($row.Take -eq 'folder') { Add-Folder $path } else { Add-File $path }
        }
    }
}

function Join-Records($List) { return '[' + [string]::Join(',', $List.ToArray()) + ']' }
function Join-Texts($List) { return '[' + [string]::Join(',', @($List.ToArray() | ForEach-Object { ConvertTo-Json -InputObject $_ })) + ']' }
function Write-Listing {
    $about = [ordered]@{ schema = 'rdpdoctor.bundle/1'; computer = $Computer; clock = (Get-Time ([DateTime]::UtcNow)); user = $State.User }
    $set = Get-Text 'HKLM\SYSTEM\Select' 'Current'
    if ($set -ne '') { $about.control_set = 'ControlSet' + ([int]$set).ToString('d3') }
    $parts = New-Object 'System.Collections.Generic.List[string]'
    $parts.Add((ConvertTo-Record $about).TrimEnd('}'))
    $parts.Add('"services":' + (Get-List 'services'))
    $parts.Add('"listening":' + (Get-List 'ports'))
    $parts.Add('"security_products":' + (Get-List 'security products'))
    $parts.Add('"credentials":' + (ConvertTo-Record ([ordered]@{ unreadable = 'the PowerShell collector does not read them' })))
    $parts.Add('"filter_drops":' + (ConvertTo-Record ([ordered]@{ unreadable = 'the PowerShell collector does not read them' })))
    $parts.Add('"files":' + (Join-Records $State.Files))
    $parts.Add('"paths":' + (Join-Records $State.Paths))
    $parts.Add('"registry":' + (Join-Records $State.Records))
    $parts.Add('"logs":' + (Join-Records $State.Logs))
    $parts.Add('"unreadable":' + (Join-Records $State.Unreadable))
    $parts.Add('"covers":{"files":' + (Join-Texts $State.Covers) + ',"keys":' + (Join-Texts $State.Absent) + '}}')
    [IO.File]::WriteAllText([IO.Path]::Combine($State.Folder, 'rdpdoctor-host.json'), [string]::Join(',', $parts.ToArray()), $Utf8)
}

function Get-Digest([string]$File) {
    $sha = New-Object Security.Cryptography.SHA256CryptoServiceProvider
    $stream = [IO.File]::OpenRead($File)
    try { return (ConvertTo-Hex ($sha.ComputeHash($stream)) '') } finally { $stream.Close() }
}
function Write-Manifest {
    $role = 'host'
    if ($Target -ne '') { $role = 'client' }
    $members = New-Object 'System.Collections.Generic.List[object]'
    foreach ($file in [IO.Directory]::GetFiles($State.Folder, '*', [IO.SearchOption]::AllDirectories)) {
        $name = $file.Substring($State.Folder.Length + 1).Replace('\', '/')
        $State.Members.Add($name)
        $members.Add([ordered]@{ name = $name; size = [long](New-Object IO.FileInfo($file)).Length; sha256 = (Get-Digest $file) })
    }
    $manifest = [ordered]@{ schema = 'rdpdoctor.collection/1'; made = (Get-Time ([DateTime]::UtcNow)); program = $Program; computer = $Computer; role = $role; target = $Target; redacted = $false; files = $members.ToArray() }
    [IO.File]::WriteAllText([IO.Path]::Combine($State.Folder, 'manifest.json'), (ConvertTo-Record $manifest), $Utf8)
    $State.Members.Add('manifest.json')
}
# Fails where the file is there already.
function Write-Archive([string]$Path) {
    foreach ($name in @('System.IO.Compression', 'System.IO.Compression.FileSystem')) {
        [void][Reflection.Assembly]::Load($name + ', Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089')
    }
    $zip = [IO.Compression.ZipFile]::Open($Path, [IO.Compression.ZipArchiveMode]::Create)
    $whole = $false
    try {
        foreach ($name in $State.Members) {
            $file = [IO.Path]::Combine($State.Folder, $name.Replace('/', '\'))
            [void][IO.Compression.ZipFileExtensions]::CreateEntryFromFile($zip, $file, $name)
        }
        $whole = $true
    } finally {
        $zip.Dispose()
        if (-not $whole) { [IO.File]::Delete($Path) }
    }
}

# Only who runs this, administrators and Windows itself may look into it.
function New-PrivateFolder {
    $folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), 'rdpdoctor-' + [Guid]::NewGuid().ToString('n'))
    $security = New-Object Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;' + $State.User + ')')
    [void][IO.Directory]::CreateDirectory($folder, $security)
    [void][IO.Directory]::CreateDirectory([IO.Path]::Combine($folder, 'events'))
    return $folder
}
function Show-End([string]$Path) {
    Say ('Wrote ' + $Path)
    if ($State.Told.Count -ne 0) { Say ('Could not be read, ' + $State.Told.Count + ' in all; each is named in the archive:') }
    for ($n = 0; $n -lt $State.Told.Count -and $n -lt 20; $n++) { Say ('  ' + $State.Told[$n]) }
    if (-not $State.Elevated) { Say 'It did not run as administrator: as administrator more can be read.' }
    Say 'It holds names of this computer, its users and networks. To look at it, on any computer: rdpdoctor inspect --bundle FILE.zip'
}
function Invoke-Collect([string]$Path) {
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $who = New-Object Security.Principal.WindowsPrincipal($identity)
    $State.User = $identity.User.Value
    $State.Elevated = $who.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    $State.Folder = New-PrivateFolder
    try {
        Find-Names
        Write-Registry
        Read-Files
        foreach ($row in $Channels) { Add-Log $row }
        Write-Listing
        Show-Progress 'the archive'
        Write-Manifest
        Write-Archive $Path
    } finally {
        Write-Progress -Activity 'rdpdoctor collects' -Completed
        try { [IO.Directory]::Delete($State.Folder, $true) } catch { Say ('Left behind, to be removed by hand: ' + $State.Folder) }
    }
    Show-End $Path
}

$Computer = [string][Environment]::MachineName
$Code = 0
if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
    Say 'This is the 32-bit PowerShell, which sees another Windows: start the 64-bit one'
    $Code = 3
} elseif ($Out -eq '') {
    Say 'Where to? Expected: -Out FILE.zip, and -Target NAME where this computer is the client'
    $Code = 2
} else {
    try {
        $path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)
        if ([IO.File]::Exists($path) -or [IO.Directory]::Exists($path)) {
            Say ($path + ' is there already: expected the name of a new file')
            $Code = 2
        } else { Invoke-Collect $path }
    } catch {
        Say ('It could not be collected: ' + (Get-Reason $_))
        $Code = 3
    }
}
exit $Code
)ps";

}  // namespace rdpdoctor::collect
