// From what was given on the command line to pieces: files by their kind, and what is inside archives,
// compressed files and folders. Whoever calls has opened them; nothing is opened here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyze/capture.h"
#include "analyze/input.h"

namespace rdpdoctor::analyze {

// A file that was given or found and is not read, or could not be.
struct NotRead {
  std::string name;
  std::string why;
  bool given = false;   // by name on the command line
  bool broken = false;  // it should have been readable
};

// `name` is what is being read; false stops.
using ReadTick = std::function<bool(const std::string& name, std::uint64_t bytes, std::uint64_t total)>;

class InputReader {
 public:
  // `secrets` must outlive it.
  InputReader(wire::TlsKeyLog& secrets, const CaptureOptions& options, ReadTick tick);

  // A file given by name; `source` is the name to cite.
  void read(const std::string& source, RandomSource& file);
  void read(const std::string& source, std::unique_ptr<ByteSource> file);
  // A file found in a folder: left alone when its kind and name say nothing of Remote Desktop. True when
  // read.
  bool read_found(const std::string& source, RandomSource& file);
  // What a folder or an archive held in all, to be told beside its files.
  void held(const std::string& source, std::string_view kind, std::size_t files, std::size_t read);

  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] std::vector<Piece> take() { return std::exchange(pieces_, {}); }
  [[nodiscard]] const std::vector<NotRead>& not_read() const { return not_read_; }

 private:
  struct Place {
    std::string source;  // to cite
    std::string name;    // by which its kind is judged
    bool given = false;
    int unwrapped = 0;  // gzip layers around it
    int archives = 0;   // zip archives around it
  };
  bool take_one(const Place& place, std::unique_ptr<ByteSource> stream, RandomSource* file);
  bool take_kind(const Place& place, InputKind kind, std::unique_ptr<ByteSource> stream);
  bool take_zip(const Place& place, std::unique_ptr<ByteSource> stream, RandomSource* file);
  bool take_case_file(const Place& place, ByteSource& stream);
  bool take_rdp_file(const Place& place, ByteSource& stream);
  bool add(const Place& place, Result<Piece> piece);
  bool refuse(const Place& place, std::string why, bool broken);
  Tick tick_for(const Place& place);

  wire::TlsKeyLog& secrets_;
  CaptureOptions options_;
  ReadTick tick_;
  bool stopped_ = false;
  std::vector<Piece> pieces_;
  std::vector<NotRead> not_read_;
};

// Names to cite for files of one place: the last part of each path where that is unique, else the whole path.
[[nodiscard]] std::vector<std::string> cited_names(const std::vector<std::string>& paths);

// True when nothing in it is about Remote Desktop.
[[nodiscard]] bool tells_nothing(const Piece& piece);

}  // namespace rdpdoctor::analyze
