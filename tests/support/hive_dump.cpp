// Prints a registry hive as lines of JSON, for the tests that compare it with others' decoders and for the
// benchmark: every key, before its subkeys, with its values.
//    hive_dump [--count] [--save FILE] HIVE [LOG1 [LOG2]]
// --save writes the hive as it is with its logs replayed. The last line is the totals; exit status 3 when the
// hive can't be opened, 1 when some of it can't be read.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "formats/hive.h"

namespace {

using namespace rdpdoctor;

class File final : public RandomSource {
 public:
  explicit File(const std::string& path) : in_(path, std::ios::binary) {
    in_.seekg(0, std::ios::end);
    size_ = in_ ? static_cast<std::uint64_t>(in_.tellg()) : 0;
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
    in_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    if (static_cast<std::size_t>(in_.gcount()) == out.size()) return {};
    return std::unexpected(Error{"read it", ErrorKind::io});
  }

 private:
  std::ifstream in_;
  std::uint64_t size_ = 0;
};

void print(const nlohmann::json& value) {
  std::cout << value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

class Dump {
 public:
  Dump(formats::Hive& hive, bool quiet) : hive_(hive), quiet_(quiet) {}

  void key(formats::HiveKey key, const nlohmann::json& path) {
    ++keys_;
    nlohmann::json row{{"key", path}};
    if (auto written = hive_.written(key)) row["written"] = written->ms;
    if (auto security = hive_.security(key)) {
      row["security"] = hex(*security);
    } else {
      failed(security.error());
    }
    auto values = hive_.values(key);
    if (!values) failed(values.error());
    nlohmann::json& list = row["values"] = nlohmann::json::array();
    for (const auto& v : values.value_or(std::vector<formats::HiveValue>{}))
      list.push_back({v.name, v.type, hex(v.data)});
    values_ += list.size();
    if (!quiet_) print(row);
    auto below = hive_.subkeys(key);
    if (!below) return failed(below.error());
    for (const auto& child : *below) {
      nlohmann::json name = path;
      name.push_back(child.name);
      this->key(child.key, name);
    }
  }

  int totals(const nlohmann::json& replayed) {
    if (auto bins = hive_.check_bins(); !bins) failed(bins.error());
    print({{"keys", keys_},
           {"values", values_},
           {"dirty", hive_.header().dirty()},
           {"file_name", hive_.header().file_name},
           {"replayed", replayed},
           {"problems", problems_}});
    return problems_.empty() ? 0 : 1;
  }

 private:
  void failed(const Error& error) {
    if (problems_.size() < 100) problems_.push_back(to_text(error));
  }

  formats::Hive& hive_;
  bool quiet_;
  std::size_t keys_ = 0;
  std::size_t values_ = 0;
  nlohmann::json problems_ = nlohmann::json::array();
};

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", to_text(error).c_str());
  return 3;
}

bool save(RandomSource& file, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  Bytes piece(64 * 1024);
  auto source = in_order(file);
  for (auto n = source->read(piece); n && *n != 0; n = source->read(piece))
    out.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(*n));
  return out.good() && source->consumed() == file.size();
}

int dump(const std::vector<std::string>& paths, const std::string& save_to, bool quiet) {
  std::vector<std::unique_ptr<File>> files;
  std::vector<RandomSource*> logs;
  for (const std::string& path : paths) {
    files.push_back(std::make_unique<File>(path));
    if (files.size() > 1) logs.push_back(files.back().get());
  }
  auto replay = formats::replay_logs(*files.front(), logs);
  if (!replay) return fail(replay.error());
  nlohmann::json replayed;
  RandomSource* file = files.front().get();
  if (*replay) {
    file = (*replay)->file.get();
    replayed = {{"pages", (*replay)->pages},
                {"entries", (*replay)->entries},
                {"last_sequence", (*replay)->last_sequence},
                {"problem", (*replay)->problem}};
  }
  if (!save_to.empty() && !save(*file, save_to)) return fail({"write " + save_to, ErrorKind::io});
  auto hive = formats::Hive::open(*file);
  if (!hive) return fail(hive.error());
  Dump out(**hive, quiet);
  out.key((*hive)->root(), nlohmann::json::array());
  return out.totals(replayed);
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  bool quiet = false;
  std::string save_to;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--count") {
      quiet = true;
    } else if (word == "--save" && i + 1 < argc) {
      save_to = argv[++i];
    } else {
      paths.push_back(word);
    }
  }
  if (!paths.empty()) return dump(paths, save_to, quiet);
  std::fprintf(stderr, "usage: hive_dump [--count] [--save FILE] HIVE [LOG1 [LOG2]]\n");
  return 2;
}
