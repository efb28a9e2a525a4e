#include "collect/script_keys.h"

#include <array>

namespace rdpdoctor::collect {
namespace {

// Whole keys where what is missing in them has to be told from what was not looked for; single values where a
// key holds more than is needed (Winlogon, Lsa), and where it is large.
constexpr std::array keys{
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\Select)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Configuration\Local\SSL)"},
    ScriptKey{Take::values, R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa)",
              "LmCompatibilityLevel|Security Packages"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa\FIPSAlgorithmPolicy)"},
    ScriptKey{Take::values, R"(HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0)",
              "RestrictReceivingNTLMTraffic|RestrictSendingNTLMTraffic"},
    ScriptKey{Take::tree,
              R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})"},
    ScriptKey{Take::values, R"(HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions)", "ProductType"},
    ScriptKey{Take::values, R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders)",
              "SecurityProviders"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\BFE)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\CertPropSvc)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\CryptSvc)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\DcomLaunch)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\Dhcp)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\KeyIso)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\LSM)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\mpssvc)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\Netlogon)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\nsi)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\RpcEptMapper)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\RpcSs)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\SessionEnv)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\TermDD)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService)"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\UmRdpService)"},
    ScriptKey{Take::values, R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time)", "Start"},
    ScriptKey{Take::tree, R"(HKLM\SYSTEM\CurrentControlSet\Services\WinSock2\Parameters)"},
    ScriptKey{Take::names, R"(HKLM\SECURITY\Policy\Accounts)"},
    ScriptKey{Take::values, R"(HKLM\SECURITY\Policy\Accounts\<*>\ActSysAc)", ""},
    // The class of Windows' own listener, {5828227c-…}, and those that stand in its place.
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Classes\CLSID\{5828227c-20cf-4408-b73f-73ab70b8849f})"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Classes\CLSID\{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2})"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Classes\CLSID\<class>)"},
    ScriptKey{Take::values, R"(HKLM\SOFTWARE\Microsoft\Cryptography)", "MachineGuid"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\MY)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\Remote Desktop)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\<store>)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\Security Center\Provider\Fw)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\MY)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop)"},
    ScriptKey{Take::access, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop)"},
    ScriptKey{Take::access, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop\Certificates)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\<store>)"},
    ScriptKey{Take::access, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\<store>)"},
    ScriptKey{Take::access, R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\<store>\Certificates)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\Terminal Server Client)"},
    ScriptKey{Take::values, R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)",
              "CurrentBuildNumber|DisplayVersion|EditionID|InstallationType|ProductName|SystemRoot|UBR"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)"},
    ScriptKey{Take::values, R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)",
              "WinStationsDisabled"},
    ScriptKey{Take::names,
              R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages)"},
    ScriptKey{
        Take::values,
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages\<Package_for_RollupFix~*>)",
        "CurrentState"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP)"},
    ScriptKey{
        Take::tree,
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-TerminalServices-RDPClient/Analytic)"},
    ScriptKey{
        Take::tree,
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-TerminalServices-RDPClient/Debug)"},
    ScriptKey{
        Take::tree,
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-TerminalServices-RDPClient/Operational)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\MY)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\Remote Desktop)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\<store>)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services)"},
    ScriptKey{Take::tree, R"(HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall)"},
    ScriptKey{Take::names, "HKU"},
};

// RCM\Secrets is where the licensing of sessions keeps keys of its own; Keys of a store names private keys.
constexpr std::array<std::string_view, 2> secret_keys{"Secrets", "Keys"};
constexpr std::array<std::string_view, 4> secret_values{"Password", "Secret", "PrivateKey", "Credential"};

constexpr std::array files{
    ScriptFile{TakeFile::folder, R"(%ProgramData%\Microsoft\Crypto\RSA\MachineKeys)"},
    ScriptFile{TakeFile::folder, R"(%ProgramData%\Microsoft\Crypto\Keys)"},
    ScriptFile{TakeFile::file, R"(%SystemRoot%\System32\termsrv.dll)"},
    ScriptFile{TakeFile::file, R"(%SystemRoot%\System32\rdpcorets.dll)"},
    ScriptFile{TakeFile::file, R"(%SystemRoot%\System32\rdpcorekmts.dll)"},
    ScriptFile{TakeFile::file, R"(%SystemRoot%\System32\mstscax.dll)"},
    ScriptFile{TakeFile::file, "<library>"},
    ScriptFile{TakeFile::file, "<server>"},
    ScriptFile{TakeFile::file, "<profile>"},
    ScriptFile{TakeFile::file, R"(<profile>\NTUSER.DAT)"},
    ScriptFile{TakeFile::presence, R"(%SystemRoot%\System32\GroupPolicy\Machine\Registry.pol)"},
    ScriptFile{TakeFile::presence, R"(%ProgramData%\ntuser.pol)"},
};

// Providers and ids as analyze/event_interest.cpp has them.
constexpr std::array channels{
    ScriptChannel{
        "System",
        "EventLog|LSA|LsaSrv|Microsoft-Windows-LSA|Microsoft-Windows-Schannel|"
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager|"
        "Microsoft-Windows-TerminalServices-LocalSessionManager|NETLOGON|Schannel|Service Control Manager|"
        "Tcpip|TermDD|TermService"},
    ScriptChannel{"Application",
                  "Application Error|EventLog|Microsoft-Windows-User Profile Service|"
                  "Microsoft-Windows-User Profiles Service|Microsoft-Windows-Winlogon"},
    ScriptChannel{"Security", "", "4624|4625|4771|4776|4778|4779|4825"},
    ScriptChannel{"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin"},
    ScriptChannel{"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"},
    ScriptChannel{"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
    ScriptChannel{"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"},
    ScriptChannel{"Microsoft-Windows-TerminalServices-SessionBroker-Client/Operational"},
    ScriptChannel{"Microsoft-Windows-TerminalServices-RDPClient/Operational"},
};

}  // namespace

std::span<const ScriptKey> script_keys() {
  return keys;
}
std::span<const std::string_view> script_secret_keys() {
  return secret_keys;
}
std::span<const std::string_view> script_secret_values() {
  return secret_values;
}
std::span<const ScriptFile> script_files() {
  return files;
}
std::span<const ScriptChannel> script_channels() {
  return channels;
}

}  // namespace rdpdoctor::collect
