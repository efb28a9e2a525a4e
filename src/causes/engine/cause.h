// A cause: one file each in causes/, found by file name. A judge sees evidence only, never a socket or a
// host, so the same judge works on a live probe, a capture and a disk image.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evidence/case_file.h"

namespace rdpdoctor::causes {

using evidence::CaseFile;
using evidence::Stage;
using evidence::Topic;

enum class Machine { client, path, host };

//   proven    a direct reading shows it, or a counter-experiment flipped the outcome, and nothing else could
//   read so likely    the signature matches and its named rivals were tested and excluded possible consistent
//   with what was seen, rivals not tested
enum class Certainty { proven, likely, possible };

struct EvidenceLine {
  std::string source;  // "probe tls #2", "code", "resolver"
  std::string text;    // lower case, no full stop
};

struct Found {
  Certainty certainty = Certainty::possible;
  std::vector<EvidenceLine> evidence;  // never empty
  bool explains = true;                // would make a connection fail as complained of
  std::string headline;     // the verdict in one line when it can be more exact than Cause::title; else ""
  std::optional<Stage> at;  // where it was seen, when that is not Cause::stage
  bool note = false;        // worth knowing, and no fault: it degrades nothing
};
struct Excluded {
  std::string because;
};
struct Untested {
  std::vector<std::string> needs;  // what would tell: "credentials", "the host's registry", …
};
using Verdict = std::variant<Found, Excluded, Untested>;

// What the well-known 0x904 article says of this cause.
enum class Article {
  names_it,  // ✔ it names this cause
  wrong,     // ✘ it names it, but the evidence says otherwise
  misses,    // – it does not have it
};

// A code that fits this cause: used by `explain`, and to check a complaint against what was found.
struct CodeFit {
  std::string_view family;  // id of a code family, codes/registry.h ("disconnect", "ntstatus", …)
  std::uint32_t value = 0;
  Certainty certainty = Certainty::possible;  // likely: the code itself says it
  std::string_view why;                       // one clause, lower case: "the client saw its socket closed"
  bool reported =
      false;  // the client's own words or first-hand reports tie it to this code: before possibilities
};

// What an event is worth. One that belongs to a connection that failed always explains it.
enum class EventWeight {
  explains,  // by itself, unless connections succeeded after it
  note,      // worth saying: password guessing from the Internet is in the log of many a healthy host
  joined,    // says nothing by itself, since scanners and other programs cause it every day
};

// An event of a Windows log that tells this cause (evidence::Event).
struct EventFit {
  std::string_view provider;  // without "Microsoft-Windows-"
  std::uint32_t id = 0;
  std::string_view value = {};                // one of its values: see holds() in log_views.h; "": any
  Certainty certainty = Certainty::possible;  // proven only beside a connection that failed then, else likely
  std::string_view why;                       // one clause, lower case
  EventWeight weight = EventWeight::explains;
};

// Words that tell this cause (codes/signs.h, evidence::Told).
struct SignFit {
  std::string_view sign;
  Certainty certainty = Certainty::possible;
  std::string_view why;  // one clause, lower case
};

// A setting of an .rdp file that makes this cause more plausible. It is a setting and no failure: it raises
// nothing by itself, it speaks for what was found or for what a code makes possible.
struct SettingFit {
  std::string_view name;   // lower case
  std::string_view value;  // "": any but an empty one; "-": the file does not have it
  std::string_view why;    // one clause, lower case
};

struct Cause {
  std::string_view id;
  std::string_view title;  // one sentence: "The host cannot use its certificate's private key."
  Stage stage = Stage::tcp;
  Machine machine = Machine::host;
  std::optional<Topic> topic = {};  // of those seen on the host: where an inspection tells it
  std::string_view explanation;  // a paragraph for `explain` and the docs: what is true, how it comes about
  std::string_view tell_apart;   // its rivals, and the experiment that tells them apart
  std::vector<std::string_view> advice;  // what to do, one step each, on which machine; safest first
  Article article = Article::misses;
  std::string_view article_note = {};        // what the article gets wrong or leaves out, "" if nothing
  std::vector<std::string_view> fixes = {};  // fix ids
  std::vector<CodeFit> codes = {};
  std::vector<EventFit> events = {};
  std::vector<SignFit> signs = {};
  std::vector<SettingFit> settings = {};
  std::vector<std::string_view> covers =
      {};  // more general cause ids that fold under this one when both are found
  Verdict (*judge)(const CaseFile&) = nullptr;
};

// Every cause, by id. The list is generated from the file names in causes/.
[[nodiscard]] const std::vector<Cause>& all_causes();
[[nodiscard]] const Cause* find_cause(std::string_view id);

}  // namespace rdpdoctor::causes
