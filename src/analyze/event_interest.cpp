#include "analyze/event_interest.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace rdpdoctor::analyze {
namespace {

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

enum class Only { all, remote_logons, needed_services, remote_desktop_parts };

struct Interest {
  std::string_view provider;  // lower case, without "microsoft-windows-"
  std::span<const Range> ids;
  Only only = Only::all;
};

// Texts of the events: the message tables of Windows (termsrv.dll, rdpcorets.dll, lsm.dll, profsvc.dll,
// mstscax.dll); of Schannel, Tcpip, Netlogon and the security log, Microsoft's documentation.
constexpr std::array<Range, 14> connection_manager = {{{256, 262},
                                                       {1003, 1006},
                                                       {1011, 1012},
                                                       {1035, 1036},
                                                       {1050, 1071},
                                                       {1136, 1136},
                                                       {1149, 1149},
                                                       {1155, 1158},
                                                       {20497, 20499},
                                                       {20503, 20507},
                                                       {20515, 20518},
                                                       {20523, 20523},
                                                       {50280, 50285},
                                                       {1130, 1131}}};
constexpr std::array<Range, 10> core_ts = {{{65, 66},
                                            {97, 107},
                                            {129, 131},
                                            {135, 136},
                                            {138, 145},
                                            {147, 147},
                                            {149, 149},
                                            {153, 153},
                                            {226, 228},
                                            {289, 294}}};
constexpr std::array<Range, 7> session_manager = {
    {{16, 19}, {21, 25}, {34, 34}, {36, 42}, {48, 48}, {55, 55}, {59, 59}}};
constexpr std::array<Range, 9> profiles = {{{1500, 1505},
                                            {1508, 1511},
                                            {1512, 1512},
                                            {1515, 1515},
                                            {1518, 1518},
                                            {1527, 1527},
                                            {1533, 1534},
                                            {1542, 1545},
                                            {1552, 1552}}};
constexpr std::array<Range, 3> schannel = {{{36864, 36879}, {36880, 36880}, {36881, 36888}}};
constexpr std::array<Range, 2> term_dd = {{{50, 50}, {56, 56}}};
constexpr std::array<Range, 2> tcpip = {{{4227, 4227}, {4231, 4231}}};
constexpr std::array<Range, 1> netlogon = {{{5719, 5719}}};
constexpr std::array<Range, 1> lsa = {{{6167, 6167}}};
constexpr std::array<Range, 2> broker_client = {{{1280, 1283}, {1296, 1308}}};
constexpr std::array<Range, 1> broker = {{{2056, 2056}}};
constexpr std::array<Range, 2> logons = {{{4624, 4625}, {4778, 4779}}};
constexpr std::array<Range, 3> authentication = {{{4771, 4771}, {4776, 4776}, {4825, 4825}}};
constexpr std::array<Range, 7> services = {
    {{7000, 7001}, {7009, 7009}, {7011, 7011}, {7022, 7024}, {7031, 7034}, {7038, 7038}, {7040, 7040}}};
// The log's own beginning, end and daily sign of life: they date the machine where nothing else happens.
constexpr std::array<Range, 3> event_log = {{{6005, 6006}, {6008, 6009}, {6013, 6013}}};
constexpr std::array<Range, 1> crashes = {{{1000, 1002}}};
constexpr std::array<Range, 1> win_logon = {{{4005, 4005}}};
constexpr std::array<Range, 5> client = {{{226, 226}, {1001, 1033}, {1100, 1107}, {1400, 1404}, {225, 225}}};

constexpr Interest interests[] = {
    {"terminalservices-remoteconnectionmanager", connection_manager},
    {"remotedesktopservices-rdpcorets", core_ts},
    {"remotedesktopservices-rdpcorecdv", core_ts},
    {"terminalservices-localsessionmanager", session_manager},
    {"user profiles service", profiles},
    {"user profile service", profiles},
    {"schannel", schannel},
    {"termdd", term_dd},
    {"tcpip", tcpip},
    {"netlogon", netlogon},
    {"lsasrv", lsa},
    {"lsa", lsa},
    {"terminalservices-sessionbroker-client", broker_client},
    {"terminalservices-sessionbroker", broker},
    {"security-auditing", logons, Only::remote_logons},
    {"security-auditing", authentication},
    {"service control manager", services, Only::needed_services},
    {"application error", crashes, Only::remote_desktop_parts},
    {"eventlog", event_log},
    {"winlogon", win_logon},
    {"terminalservices-clientactivexcore", client},
};

// Service names; and words of their display names, which are translated.
constexpr std::string_view needed[] = {"termservice",
                                       "remote desktop",
                                       "remotedesktop",
                                       "umrdpservice",
                                       "sessionenv",
                                       "certpropsvc",
                                       "keyiso",
                                       "cng key isolation",
                                       "cryptsvc",
                                       "cryptographic services",
                                       "local session manager",
                                       "netlogon",
                                       "base filtering engine",
                                       "windows firewall",
                                       "windows defender firewall",
                                       "mpssvc",
                                       "user profile service",
                                       "profsvc"};
constexpr std::string_view parts[] = {"termsrv.dll", "rdpcorets.dll", "termservice",
                                      "rdpwrap",     "rdpbase.dll",   "mstsc.exe",
                                      "mstscax.dll", "winlogon.exe",  "lsm.dll"};

bool holds(const Interest& interest, std::string_view provider, std::uint32_t id) {
  return equal_ignoring_case(interest.provider, provider) &&
         std::any_of(interest.ids.begin(), interest.ids.end(),
                     [&](const Range& r) { return r.first <= id && id <= r.last; });
}

bool any_holds(const formats::EventRecord& record, std::span<const std::string_view> words) {
  return std::any_of(record.data.begin(), record.data.end(), [&](const formats::EventValue& v) {
    std::string text = lower(v.value.substr(0, 512));
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view w) { return text.find(w) != std::string::npos; });
  });
}

// 3 over the network (NLA logs on so), 7 unlocked or reconnected, 10 remote interactive.
bool remote_logon(const formats::EventRecord& record) {
  for (const formats::EventValue& v : record.data) {
    if (equal_ignoring_case(v.name, "LogonType")) return v.value == "3" || v.value == "7" || v.value == "10";
  }
  return true;  // a log that does not name its values
}

}  // namespace

std::string_view short_provider(std::string_view provider) {
  static constexpr std::string_view maker = "Microsoft-Windows-";
  return equal_ignoring_case(provider.substr(0, maker.size()), maker) ? provider.substr(maker.size())
                                                                      : provider;
}

bool is_of_interest(std::string_view provider, std::uint32_t id) {
  std::string_view name = short_provider(provider);
  return std::any_of(std::begin(interests), std::end(interests),
                     [&](const Interest& i) { return holds(i, name, id); });
}

bool is_of_interest(const formats::EventRecord& record) {
  std::string_view name = short_provider(record.provider);
  for (const Interest& i : interests) {
    if (!holds(i, name, record.id)) continue;
    switch (i.only) {
      case Only::all: return true;
      case Only::remote_logons: return remote_logon(record);
      case Only::needed_services: return any_holds(record, needed);
      case Only::remote_desktop_parts: return any_holds(record, parts);
    }
  }
  return false;
}

std::size_t most_kept(std::string_view provider, std::uint32_t id) {
  std::string_view name = short_provider(provider);
  bool dates_connections =
      (equal_ignoring_case(name, "RemoteDesktopServices-RdpCoreTS") && id == 131) ||
      (equal_ignoring_case(name, "TerminalServices-RemoteConnectionManager") && (id == 261 || id == 1149));
  return dates_connections ? 1000 : 200;
}

}  // namespace rdpdoctor::analyze
