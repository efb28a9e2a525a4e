#include "collect/script_parts.h"

namespace rdpdoctor::collect {

// Event logs through .NET, too: a service that writes an exported file needs rights to where it is to lie,
// and wevtutil's output passes through the console's code page.
const std::string_view script_machine = R"ps(
function Get-Time([DateTime]$At) { return $At.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture) }

# What no folder or file tells of itself when it is asked for: whether it is there, or can't be seen.
function Test-Gone($Problem) {
    $inner = $Problem.Exception
    while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
    return $inner -is [IO.FileNotFoundException] -or $inner -is [IO.DirectoryNotFoundException]
}
function Get-FileRecord([string]$Path) {
    $folder = [int]([IO.File]::GetAttributes($Path) -band [IO.FileAttributes]::Directory) -ne 0
    $record = [ordered]@{ path = $Path; size = [long]0; modified = ''; folder = $folder }
    if ($folder) { $info = New-Object IO.DirectoryInfo($Path) } else { $info = New-Object IO.FileInfo($Path) }
    if (-not $folder) { $record.size = [long]$info.Length }
    $record.modified = Get-Time $info.LastWriteTimeUtc
    try { $record.sddl = [string]$info.GetAccessControl($Sections).GetSecurityDescriptorSddlForm($Sections) }
    catch {
        $record.no_security = Get-Reason $_
        $State.Told.Add('access list of ' + $Path + ': ' + $record.no_security)
    }
    return $record
}
function Add-File([string]$Path) {
    try { $record = Get-FileRecord $Path }
    catch {
        if (Test-Gone $_) { $State.Paths.Add((ConvertTo-Record ([ordered]@{ path = $Path; absent = $true; content = 'absent'; security = 'absent' }))) }
        else { Add-Unreadable $Path (Get-Reason $_) }
        return
    }
    $State.Files.Add((ConvertTo-Record $record))
    if ($record.size -eq 0 -and -not $record.folder) {
        $record.content = @{ size = 0 }
        $State.Paths.Add((ConvertTo-Record $record))
    }
}
function Add-Folder([string]$Path) {
    $State.Covers.Add($Path)
    Add-File $Path
    try { $inside = [IO.Directory]::GetFiles($Path) }
    catch {
        if (-not (Test-Gone $_)) { Add-Unreadable $Path (Get-Reason $_) }
        return
    }
    foreach ($file in $inside) {
        try { $State.Files.Add((ConvertTo-Record (Get-FileRecord $file))) } catch { Add-Unreadable $file (Get-Reason $_) }
    }
}

# What the rows of the table with < > stand for on this machine.
function Find-Names {
    $stations = 'HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations'
    $classes = @()
    foreach ($listener in @(Get-Subkeys $stations)) {
        foreach ($name in @('LoadableProtocol_Object', 'CitrixBackupRdpTcpLoadableProtocolObject')) { $classes += (Get-Text ($stations + '\' + $listener) $name).Trim() }
    }
    $State.Named['class'] = @($classes | Where-Object { $_ -ne '' -and -not $_.Contains('\') } | Sort-Object -Unique)
    $State.Named['store'] = @(Get-Text $stations 'SelfSignedCertStore' | Where-Object { $_ -ne '' -and -not $_.Contains('\') })
    $State.Named['user'] = @($State.User)
    $State.Named['library'] = @(Get-Text 'HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters' 'ServiceDll' | Where-Object { $_ -ne '' })
    $servers = @($State.Named['class'] | ForEach-Object { (Get-Text ('HKLM\SOFTWARE\Classes\CLSID\' + $_ + '\InprocServer32') '').Trim().Trim([char]34) })
    $system = [Environment]::GetFolderPath('System')
    $State.Named['server'] = @($servers | Where-Object { $_ -ne '' } | ForEach-Object { if ($_.Contains('\')) { $_ } else { $system + '\' + $_ } } | Sort-Object -Unique)
    $list = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList'
    $users = @(Get-Subkeys $list | Where-Object { $_ -like 'S-1-5-21-*' -or $_ -like 'S-1-12-1-*' })
    $State.Named['profile'] = @($users | ForEach-Object { Get-Text ($list + '\' + $_) 'ProfileImagePath' } | Where-Object { $_ -ne '' } | Sort-Object -Unique)
}

function Get-ServiceRecords {
    Get-CimInstance -ClassName Win32_SystemDriver -Filter 'Name="TermDD"' -ErrorAction Stop | ForEach-Object { ConvertTo-Record ([ordered]@{ name = [string]$_.Name; state = ([string]$_.State).ToLowerInvariant() }) }
    foreach ($service in @(Get-CimInstance -ClassName Win32_Service -ErrorAction Stop)) {
        $id = [long]$service.ProcessId
        $State.Processes[$id] = @($State.Processes[$id] | Where-Object { $null -ne $_ }) + [string]$service.Name
        ConvertTo-Record ([ordered]@{ name = [string]$service.Name; state = ([string]$service.State).ToLowerInvariant(); pid = $id; exit_code = [long]$service.ExitCode })
    }
}
# svchost.exe may hold several services: a port of it is told to be a service's where it holds only one.
function Get-PortRecords {
    $names = @{}
    foreach ($process in @(Get-Process)) { $names[[long]$process.Id] = [string]$process.ProcessName }
    $found = @(Get-NetTCPConnection -ErrorAction Stop | Where-Object { [string]$_.State -eq 'Listen' } | ForEach-Object { , @('tcp', $_) })
    $found += @(Get-NetUDPEndpoint -ErrorAction Stop | ForEach-Object { , @('udp', $_) })
    foreach ($one in $found) {
        $id = [long]$one[1].OwningProcess
        $record = [ordered]@{ protocol = $one[0]; address = [string]$one[1].LocalAddress; port = [int]$one[1].LocalPort; pid = $id; program = ''; service = '' }
        if ($id -eq 4) { $record.program = 'System' } elseif ($names.ContainsKey($id)) { $record.program = $names[$id] + '.exe' }
        $holds = @($State.Processes[$id] | Where-Object { $null -ne $_ })
        if ($id -ne 0 -and $holds.Length -eq 1) { $record.service = [string]$holds[0] }
        ConvertTo-Record $record
    }
}
# Nowhere documented, in common use: 0x1000 is on, 0x2000 off for a while, 0x3000 expired.
function Get-ProductRecords {
    foreach ($row in @(@('AntiVirusProduct', 'antivirus'), @('FirewallProduct', 'firewall'), @('AntiSpywareProduct', 'antispyware'))) {
        foreach ($product in @(Get-CimInstance -Namespace 'root/SecurityCenter2' -ClassName $row[0] -ErrorAction Stop)) {
            $record = [ordered]@{ name = [string]$product.displayName; kind = $row[1]; path = [string]$product.pathToSignedProductExe }
            $mode = [int]$product.productState -band 0xf000
            if (@(0, 0x1000, 0x2000, 0x3000) -contains $mode) { $record.on = $mode -eq 0x1000 }
            ConvertTo-Record $record
        }
    }
}

# A list that can't be had is told as such: an empty one would say that there is nothing.
function Get-List([string]$What) {
    Show-Progress $What
    try {
        $records = @()
        switch ($What) {
            'services' { $records = @(Get-ServiceRecords) }
            'ports' { $records = @(Get-PortRecords) }
            default { $records = @(Get-ProductRecords) }
        }
        if ($records.Length -eq 0 -and $What -ne 'security products') { throw 'Windows told of none' }
        return '[' + [string]::Join(',', $records) + ']'
    } catch {
        # Windows Server has no Security Center.
        $is = $_.Exception
        if ($is -is [Microsoft.Management.Infrastructure.CimException] -and [string]$is.NativeErrorCode -eq 'InvalidNamespace') { return ConvertTo-Json -InputObject 'absent' }
        $State.Told.Add($What + ': ' + (Get-Reason $_))
        return ConvertTo-Record ([ordered]@{ unreadable = (Get-Reason $_) })
    }
}

function Get-Query($Row) {
    if ($Row.Providers.Length -ne 0) { return '*[System[Provider[' + [string]::Join(' or ', @($Row.Providers | ForEach-Object { '@Name="' + $_ + '"' })) + ']]]' }
    if ($Row.Ids.Length -ne 0) { return '*[System[(' + [string]::Join(' or ', @($Row.Ids | ForEach-Object { 'EventID=' + $_ })) + ')]]' }
    return '*'
}
# The newest first, and no more than an inspection of the running machine reads.
function Write-Log($Row, [string]$File) {
    $query = New-Object Diagnostics.Eventing.Reader.EventLogQuery($Row.Channel, [Diagnostics.Eventing.Reader.PathType]::LogName, (Get-Query $Row))
    $query.ReverseDirection = $true
    $reader = New-Object Diagnostics.Eventing.Reader.EventLogReader($query)
    $writer = New-Object IO.StreamWriter($File, $false, (New-Object Text.UTF8Encoding($false)))
    $kept = 0
    try {
        $writer.WriteLine('<Events>')
        for ($read = 0; $read -lt 200000 -and $kept -lt 20000; $read++) {
            $one = $reader.ReadEvent()
            if ($null -eq $one) { break }
            $xml = $one.ToXml()
            $other = [int]$one.Id -eq 4624 -and $xml -match 'Name=.LogonType.>(0|2|4|5|8|9|11)<'
            $one.Dispose()
            if ($other) { continue }
            $writer.WriteLine($xml)
            $kept++
        }
        $writer.WriteLine('</Events>')
    } finally {
        $writer.Close()
        $reader.Dispose()
    }
    return $kept
}
function Add-Log($Row) {
    Show-Progress $Row.Channel
    $name = 'events/' + $Row.Channel.Replace('/', '%4') + '.xml'
    $file = [IO.Path]::Combine($State.Folder, 'events', $Row.Channel.Replace('/', '%4') + '.xml')
    $record = [ordered]@{ channel = $Row.Channel }
    try {
        $kept = Write-Log $Row $file
        if ($kept -eq 0) { [IO.File]::Delete($file); $record.absent = $true } else { $record.source = $name; $record.copy = $name }
    } catch {
        if ([IO.File]::Exists($file)) { [IO.File]::Delete($file) }
        $gone = $_.Exception.GetBaseException() -is [Diagnostics.Eventing.Reader.EventLogNotFoundException]
        if ($gone) { $record.absent = $true } else { $record.unreadable = Get-Reason $_; $State.Told.Add($Row.Channel + ': ' + $record.unreadable) }
    }
    $State.Logs.Add((ConvertTo-Record $record))
}
)ps";

}  // namespace rdpdoctor::collect
