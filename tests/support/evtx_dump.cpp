// Prints the records of event logs, one JSON object per line, for the tests that compare them with others'
// decoders and for the benchmark.    evtx_dump [--threads N] [--only ID | --count] FILE
// The last line is the totals.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "analyze/threads.h"
#include "formats/evtx.h"

namespace {

using namespace rdpdoctor;

class File final : public ByteSource {
 public:
  explicit File(const std::string& path) : in_(path, std::ios::binary) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    in_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    consumed_ += static_cast<std::uint64_t>(in_.gcount());
    return static_cast<std::size_t>(in_.gcount());
  }
  [[nodiscard]] std::uint64_t consumed() const override { return consumed_; }
  [[nodiscard]] std::optional<std::uint64_t> total() const override { return std::nullopt; }

 private:
  std::ifstream in_;
  std::uint64_t consumed_ = 0;
};

void print(const nlohmann::json& value) {
  std::cout << value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void print(const formats::EventRecord& r) {
  nlohmann::json data = nlohmann::json::array();
  for (const auto& value : r.data) data.push_back({value.name, value.value});
  print({{"record", r.record},
         {"written", r.written.ms},
         {"created", r.created ? nlohmann::json(r.created->ms) : nlohmann::json()},
         {"provider", r.provider},
         {"event_source", r.event_source},
         {"id", r.id},
         {"level", r.level},
         {"channel", r.channel},
         {"computer", r.computer},
         {"user", r.user_sid},
         {"process", r.process_id},
         {"data", std::move(data)}});
}

int dump(const std::string& path, const formats::EvtxOptions& options, bool quiet) {
  Bytes head(4096);
  File start(path);
  head.resize(read_fully(start, head).value_or(0));
  File file(path);
  auto take = [quiet](const formats::EventRecord& r) {
    if (!quiet) print(r);
  };
  auto totals = formats::is_event_xml(head) ? formats::read_event_xml(file, options.wanted, take)
                                            : formats::read_evtx(file, options, take);
  if (!totals) {
    std::fprintf(stderr, "%s\n", to_text(totals.error()).c_str());
    return 3;
  }
  print({{"records", totals->records},
         {"damaged_chunks", totals->damaged_chunks},
         {"damaged_records", totals->damaged_records},
         {"dirty", totals->dirty},
         {"cut_off", totals->cut_off},
         {"problem", totals->problem}});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  formats::EvtxOptions options;
  options.threads = analyze::cores();
  options.start_thread = analyze::start_thread;
  bool quiet = false;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--threads" && i + 1 < argc) {
      options.threads = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    } else if (word == "--only" && i + 1 < argc) {
      const auto only = static_cast<std::uint32_t>(std::strtoul(argv[++i], nullptr, 10));
      options.wanted = [only](std::string_view, std::uint32_t id) { return id == only; };
    } else if (word == "--count") {
      quiet = true;
    } else {
      path = word;
    }
  }
  return dump(path, options, quiet);
}
