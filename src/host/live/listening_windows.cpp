// Who listens on this machine's ports, as `netstat -ano` does.
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>
#include <tlhelp32.h>
#include <windows.h>

#include <map>

#include "host/live/handle_windows.h"
#include "host/live/live_host.h"
#include "host/live/port_owners.h"
#include "host/live/system_error_windows.h"
#include "host/live/system_library_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

using List = std::vector<Listening>;
using Buffer = std::vector<std::uint64_t>;  // aligned for the tables

constexpr DWORD most_bytes = 64U << 20U;

// Names of processes by their ids: in the snapshot those are too that this program may not open.
std::map<std::uint32_t, std::string> process_names() {
  std::map<std::uint32_t, std::string> out;
  const OwnHandle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  if (!snapshot.valid()) return out;
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more;
       more = Process32NextW(snapshot.get(), &entry))
    out[entry.th32ProcessID] = narrow(static_cast<const wchar_t*>(entry.szExeFile));
  return out;
}

// Numeric; without the number of the interface, which is the machine's own.
std::string address(int family, const void* bytes) {
  char text[64] = "";
  return inet_ntop(family, bytes, &text[0], sizeof text) ? std::string(&text[0]) : std::string();
}

std::uint16_t port_of(DWORD stored) {  // in the network's order, in the lower half
  return ntohs(static_cast<u_short>(stored & 0xFFFFU));
}

Listening row(std::string_view protocol, std::string at, DWORD port, DWORD process) {
  return {.protocol = std::string(protocol),
          .address = std::move(at),
          .port = port_of(port),
          .process_id = process};
}

// What one kind of table needs: rows are said by the family and the protocol.
struct Table {
  bool tcp;
  ULONG family;
};

template <class Rows, class Make>
void take_rows(const Buffer& buffer, List& out, const Make& make) {
  const auto* table = reinterpret_cast<const Rows*>(buffer.data());
  const auto* first = &table->table[0];
  const std::size_t room = buffer.size() * sizeof buffer[0] / sizeof *first;
  for (std::size_t i = 0; i < table->dwNumEntries && i < room; ++i) out.push_back(make(first[i]));
}

void take(const Table& table, const Buffer& buffer, List& out) {
  if (table.tcp && table.family == AF_INET)
    take_rows<MIB_TCPTABLE_OWNER_PID>(buffer, out, [](const auto& r) {
      return row("tcp", address(AF_INET, &r.dwLocalAddr), r.dwLocalPort, r.dwOwningPid);
    });
  else if (table.tcp)
    take_rows<MIB_TCP6TABLE_OWNER_PID>(buffer, out, [](const auto& r) {
      return row("tcp", address(AF_INET6, &r.ucLocalAddr[0]), r.dwLocalPort, r.dwOwningPid);
    });
  else if (table.family == AF_INET)
    take_rows<MIB_UDPTABLE_OWNER_PID>(buffer, out, [](const auto& r) {
      return row("udp", address(AF_INET, &r.dwLocalAddr), r.dwLocalPort, r.dwOwningPid);
    });
  else
    take_rows<MIB_UDP6TABLE_OWNER_PID>(buffer, out, [](const auto& r) {
      return row("udp", address(AF_INET6, &r.ucLocalAddr[0]), r.dwLocalPort, r.dwOwningPid);
    });
}

struct Functions {
  explicit Functions(const SystemLibrary& library) {
    library.find("GetExtendedTcpTable", tcp_table);
    library.find("GetExtendedUdpTable", udp_table);
  }
  decltype(&GetExtendedTcpTable) tcp_table = nullptr;
  decltype(&GetExtendedUdpTable) udp_table = nullptr;
};

// The error, or 0. The table may grow between two calls.
DWORD read_table(const Functions& system, const Table& table, Buffer& buffer) {
  if (!system.tcp_table || !system.udp_table) return ERROR_PROC_NOT_FOUND;
  DWORD code = ERROR_INSUFFICIENT_BUFFER;
  auto size = static_cast<DWORD>(buffer.size() * sizeof buffer[0]);
  while (code == ERROR_INSUFFICIENT_BUFFER && size <= most_bytes) {
    buffer.resize(size / sizeof buffer[0] + 512);
    size = static_cast<DWORD>(buffer.size() * sizeof buffer[0]);
    code = table.tcp
               ? system.tcp_table(buffer.data(), &size, TRUE, table.family, TCP_TABLE_OWNER_PID_LISTENER, 0)
               : system.udp_table(buffer.data(), &size, TRUE, table.family, UDP_TABLE_OWNER_PID, 0);
  }
  return code;
}

bool is_without_ipv6(const Table& table, DWORD code) {
  return table.family == AF_INET6 && (code == ERROR_NOT_SUPPORTED || code == ERROR_NO_DATA);
}

}  // namespace

Reading<List> LiveHost::listening() {
  static constexpr Table tables[] = {{true, AF_INET}, {true, AF_INET6}, {false, AF_INET}, {false, AF_INET6}};
  const SystemLibrary library(L"iphlpapi.dll");
  const Functions system(library);
  List out;
  Buffer buffer;
  for (const Table& table : tables) {
    const DWORD code = read_table(system, table, buffer);
    if (is_without_ipv6(table, code)) continue;
    if (code != NO_ERROR) return Reading<List>::unreadable(why_of(code));
    take(table, buffer, out);
  }
  name_owners(out, process_names(), running_services().value);
  return Reading<List>::present(std::move(out));
}

}  // namespace rdpdoctor::host
#endif
