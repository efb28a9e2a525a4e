// A bundle of one hostile file: every kind of file that a bundle can hold, by the first byte, and questions
// to what comes of it.
#include "host/bundle/bundle.h"

#include <algorithm>
#include <array>

#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

class OneFile final : public host::FileTree {
 public:
  OneFile(std::string name, View bytes) : file_(std::move(name)), bytes_(bytes) {}
  [[nodiscard]] std::string name() const override { return "fuzz"; }
  Reading<host::FileInfo> info(const std::string& path) override {
    if (path.empty()) return Reading<host::FileInfo>::present({.is_folder = true});
    if (path != file_) return Reading<host::FileInfo>::absent();
    return Reading<host::FileInfo>::present({.size = bytes_.size()});
  }
  Reading<std::vector<std::string>> names(const std::string& folder) override {
    if (!folder.empty()) return Reading<std::vector<std::string>>::absent();
    return Reading<std::vector<std::string>>::present({file_});
  }
  Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    using File = Reading<std::unique_ptr<RandomSource>>;
    return path == file_ ? File::present(random_of({bytes_.begin(), bytes_.end()})) : File::absent();
  }
  Reading<Bytes> security(const std::string&) override { return Reading<Bytes>::unreadable("none"); }

 private:
  std::string file_;
  View bytes_;
};

constexpr std::array names{"rdpdoctor-host.json", "a.txt", "a.reg", "System.evtx", "a.hiv"};

}  // namespace

void run(View bytes) {
  if (bytes.empty()) return;
  auto opened =
      host::open_bundle(std::make_unique<OneFile>(names[bytes[0] % names.size()], bytes.subspan(1)));
  if (!opened) return;
  host::Host& h = **opened;
  for (const char* key : {R"(HKLM\SYSTEM\CurrentControlSet\Control)", R"(HKLM\SOFTWARE)", "HKLM"}) {
    static_cast<void>(h.values(key));
    static_cast<void>(h.subkeys(key));
    static_cast<void>(h.key_security(key));
    static_cast<void>(h.real_key(key));
  }
  for (const char* path : {R"(C:\Windows)", R"(%ProgramData%\a)"}) {
    static_cast<void>(h.file(path));
    static_cast<void>(h.folder(path));
    static_cast<void>(h.open(path));
    static_cast<void>(h.file_security(path));
  }
  static_cast<void>(h.event_log("System"));
  static_cast<void>(h.hives());
}

}  // namespace rdpdoctor::fuzz
