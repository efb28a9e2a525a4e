#include "cli/fix_case.h"

#include <filesystem>

#include "base/text.h"
#include "cli/collection_case.h"
#include "cli/complaint.h"
#include "cli/inputs.h"
#include "cli/machine.h"
#include "evidence/json.h"
#include "host/image/image.h"
#include "host/live/live.h"
#include "report/several.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_of_diagnosis = 64U << 20U;

Result<evidence::CaseFile> read_diagnosis(const std::string& path) {
  auto bytes = read_whole(path, most_of_diagnosis);
  if (!bytes) return std::unexpected(bytes.error());
  auto c = evidence::from_diagnosis_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (c) return c;
  return std::unexpected(Error{printable(path) + ": " + c.error().doing, ErrorKind::usage, 0,
                               "what diagnose, inspect or analyze print by --json"});
}

// A folder is opened for writing, so that what stands in the way of it is known at once. What can't be is
// read.
Result<void> open_machine(const FixArguments& a, FixCase& at) {
  if (a.itself) {
    auto writer = host::open_live_writer();
    if (!writer) return std::unexpected(writer.error());
    at.writer = std::move(*writer);
    return {};
  }
  std::error_code ignored;
  if (!a.image.empty() && std::filesystem::is_directory(a.image, ignored)) {
    auto writer = host::open_image_writer(a.image);
    if (writer) at.writer = std::move(*writer);
    if (!writer && (a.apply || a.resume)) return std::unexpected(writer.error());
    if (writer) return {};
  }
  auto host = a.image.empty() ? open_bundle_at(a.bundle) : open_image_at(a.image);
  if (!host) return std::unexpected(host.error());
  at.reader = std::move(*host);
  return {};
}

Result<void> inspect_case(const FixArguments& a, FixCase& at, Context& context) {
  if (auto opened = open_machine(a, at); !opened) {
    auto only = a.bundle.empty() ? std::nullopt : case_alone(a.bundle);
    if (!only) return opened;
    at.target = "bundle " + printable(a.bundle);
    at.evidence = std::move(*only);
    return {};
  }
  at.target = a.itself ? "this machine" : std::string(at.host()->kind()) + " " + printable(at.host()->name());
  if (auto of_client = a.bundle.empty() ? std::nullopt : case_of_client(a.bundle)) {
    at.of_client = true;
    at.evidence = std::move(*of_client);
    return {};
  }
  evidence::CaseFile own;
  own.complaint = at.evidence.complaint;
  at.interrupted = !inspect_machine(*at.host(), own, context);
  report::make_printable(own);
  at.before = report::judgement_of(causes::diagnose(own));
  if (a.diagnosis.empty() || !join_host(at.evidence, own)) at.evidence = std::move(own);
  return {};
}

// Of --diagnosis and --code.
Result<void> read_given(const FixArguments& a, FixCase& at) {
  if (!a.diagnosis.empty()) {
    auto diagnosis = read_diagnosis(a.diagnosis);
    if (!diagnosis) return std::unexpected(diagnosis.error());
    at.evidence = std::move(*diagnosis);
    report::make_printable(at.evidence);
  }
  if (!a.code.empty()) {
    auto complaint = complaint_from(a.code);
    if (!complaint) return std::unexpected(complaint.error());
    at.evidence.complaint = *complaint;
  }
  return {};
}

}  // namespace

void could_not(Context& context, std::string why, std::string expected) {
  context.fail({std::move(why), ErrorKind::usage, 0, std::move(expected)});
  context.status = exit_unknown;
}

std::optional<FixCase> open_fix_case(const FixArguments& a, Context& context) {
  FixCase at;
  if (auto read = read_given(a, at); !read) {
    context.fail(read.error());
    return std::nullopt;
  }
  if (a.has_machine()) {
    if (auto inspected = inspect_case(a, at, context); !inspected) {
      context.fail(inspected.error());
      context.status = exit_unknown;  // whatever is wrong with it: nothing could be done
      return std::nullopt;
    }
  }
  at.judged = a.has_machine() || !a.diagnosis.empty();
  if (at.judged) at.diagnosis = causes::diagnose(at.evidence);
  return at;
}

std::optional<report::Judgement> judged_again(host::Host& host, const Context& context) {
  evidence::CaseFile c;
  if (!inspect_machine(host, c, context)) return std::nullopt;
  report::make_printable(c);
  return report::judgement_of(causes::diagnose(c));
}

fixes::MachineId machine_id(FixCase& at) {
  if (at.host()) {
    auto id = fixes::machine_of(*at.host());
    if (id) return *id;
  }
  fixes::MachineId out;
  if (!at.evidence.host) return out;
  if (const std::string* name = at.evidence.host->system.computer_name.get()) out.name = *name;
  if (const std::string* guid = at.evidence.host->system.machine_guid.get()) out.guid = *guid;
  return out;
}

}  // namespace rdpdoctor::cli
