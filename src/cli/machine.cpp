#include "cli/machine.h"

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "evidence/json.h"
#include "host/bundle/bundle.h"
#include "host/image/disk_file.h"
#include "host/image/image.h"
#include "host/live/client_text.h"
#include "host/live/files.h"
#include "host/live/interrupt.h"
#include "host/live/live.h"
#include "inspect/inspect.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_of_inspection = 64U << 20U;

Error not_a_tree(const std::string& path) {
  return {"read " + printable(path), ErrorKind::io, 0,
          "a folder or a zip archive; a device is mounted first (mount -t ntfs-3g -o ro " + printable(path) +
              " DIR), then give DIR"};
}

// The name by which the machine that answered knows itself, "" if it did not say.
std::string answering_name(const evidence::CaseFile& c) {
  for (const evidence::Connection& conn : c.connections)
    if (!conn.nla.netbios_computer_name.empty()) return conn.nla.netbios_computer_name;
  return "";
}

}  // namespace

Instant clock_now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Result<std::unique_ptr<host::FileTree>> tree_at(const std::string& path) {
  std::error_code ignored;
  // Opening a pipe would wait for somebody to write to it.
  if (std::filesystem::is_fifo(path, ignored)) return std::unexpected(not_a_tree(path));
  auto file = host::open_file(path);
  if (!file) return std::unexpected(file.error());
  if (file->kind == host::FileKind::folder) return host::folder_tree(path);
  if (!file->random) return std::unexpected(not_a_tree(path));
  if (auto disk = host::as_disk_file(path, *file->random)) return std::unexpected(*disk);
  return host::archive_tree(path, std::move(file->random));
}

Result<std::unique_ptr<host::Host>> open_image_at(const std::string& path) {
  auto tree = tree_at(path);
  if (!tree) return std::unexpected(tree.error());
  return host::open_image(std::move(*tree));
}

Result<std::unique_ptr<host::Host>> open_bundle_at(const std::string& path) {
  auto tree = tree_at(path);
  if (!tree) return std::unexpected(tree.error());
  std::vector<std::string> not_used;
  auto bundle = host::open_bundle(std::move(*tree), &not_used);
  for (const std::string& line : not_used) std::fprintf(stderr, "rdpdoctor: %s\n", line.c_str());
  return bundle;
}

void inspect_this_client(evidence::CaseFile& c, const Context& context) {
  auto host = host::open_live_host();
  if (!host) return;
  const host::Interrupt interrupt;
  ReadProgress progress(context.console.err_is_terminal);
  inspect::inspect_client(**host, clock_now(), c, [&](std::string_view doing) {
    progress.show("this client, " + std::string(doing), 0, 0, std::chrono::steady_clock::now());
    return !interrupt.happened();
  });
  progress.clear();
  add_system_words(c);
  c.run.interrupted = c.run.interrupted || interrupt.happened();
}

void add_system_words(evidence::CaseFile& c) {
  if (c.client && c.complaint)
    c.client->complaint_text = host::client_error_text(c.complaint->code, c.complaint->extended.value_or(0));
}

void run_as_administrator(const std::string& doing, Context& context) {
  std::fprintf(stderr, "rdpdoctor: %s takes an administrator's rights: Windows asks for them now\n",
               doing.c_str());
  auto status = host::run_elevated(context.argc, context.argv);
  if (status) {
    context.status = *status;
    return;
  }
  context.fail(status.error());
  context.status = exit_unknown;
}

bool inspect_machine(host::Host& host, evidence::CaseFile& c, const Context& context) {
  host::Interrupt interrupt;
  ReadProgress progress(context.console.err_is_terminal);
  const Instant began = clock_now();
  inspect::inspect(host, began, c, [&](std::string_view doing) {
    progress.show(printable(host.name()) + ", " + std::string(doing), 0, 0, std::chrono::steady_clock::now());
    return !interrupt.happened();
  });
  progress.clear();
  c.run.started = began;
  c.run.ms += static_cast<double>(clock_now().ms - began.ms);
  c.run.interrupted = c.run.interrupted || interrupt.happened();
  return !interrupt.happened();
}

bool join_host(evidence::CaseFile& c, evidence::CaseFile host) {
  if (!host.host) return false;
  std::string answers = answering_name(c);
  const std::string* name = host.host->system.computer_name.get();
  if (name && !answers.empty() && !equal_ignoring_case(answers, *name)) {
    std::fprintf(stderr,
                 "rdpdoctor: the machine that answers calls itself %s, the one inspected is %s: they are not "
                 "judged together\n",
                 printable(answers, 80).c_str(), printable(*name, 80).c_str());
    return false;
  }
  c.host = std::move(host.host);
  c.sources = std::move(host.sources);
  c.events = std::move(host.events);
  c.event_counts = std::move(host.event_counts);
  return true;
}

Result<evidence::CaseFile> read_inspection(const std::string& path) {
  auto bad = [&](const std::string& what) {
    return std::unexpected(
        Error{printable(path) + ": " + what, ErrorKind::usage, 0, "what rdpdoctor inspect --json prints"});
  };
  auto bytes = read_whole(path, most_of_inspection);
  if (!bytes) return std::unexpected(bytes.error());
  auto c = evidence::from_diagnosis_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!c) return bad(c.error().doing);
  if (!c->host) return bad("nothing in it was read of a host");
  return c;
}

}  // namespace rdpdoctor::cli
