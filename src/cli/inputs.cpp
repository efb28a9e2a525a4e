#include "cli/inputs.h"

#include "base/text.h"
#include "host/live/files.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_files = 100'000;

std::vector<Error> read_folder(const std::string& path, const std::string& source,
                               analyze::InputReader& reader) {
  auto files = host::files_under(path, most_files);
  if (!files) return {files.error()};
  std::vector<Error> problems;
  std::vector<std::string> names = analyze::cited_names(*files);
  std::size_t read = 0;
  for (std::size_t i = 0; i < files->size() && !reader.stopped(); ++i) {
    auto file = host::open_file(path + "/" + (*files)[i]);
    if (!file) {
      problems.push_back(file.error());
    } else if (file->random) {
      read += reader.read_found(source + "/" + printable(names[i]), *file->random) ? 1 : 0;
    }
  }
  reader.held(source, "folder", files->size(), read);
  return problems;
}

std::vector<Error> read_one(const std::string& path, const std::string& source,
                            analyze::InputReader& reader) {
  auto file = host::open_file(path);
  if (!file) return {file.error()};
  if (file->kind == host::FileKind::folder) return read_folder(path, source, reader);
  if (file->random)
    reader.read(source, *file->random);
  else
    reader.read(source, std::move(file->in_order));
  return {};
}

}  // namespace

std::vector<Error> read_inputs(const std::vector<std::string>& paths, analyze::InputReader& reader) {
  std::vector<Error> problems;
  std::vector<std::string> names = analyze::cited_names(paths);
  for (std::size_t i = 0; i < paths.size() && !reader.stopped(); ++i) {
    std::string source = paths[i] == "-" ? "standard input" : printable(names[i]);
    std::vector<Error> more = read_one(paths[i], source, reader);
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

Result<Bytes> read_whole(const std::string& path, std::size_t most) {
  auto file = host::open_file(path);
  if (!file) return std::unexpected(file.error());
  if (file->kind == host::FileKind::folder)
    return std::unexpected(Error{printable(path) + " is a folder", ErrorKind::usage, 0, "a file"});
  std::unique_ptr<ByteSource> bytes = file->random ? in_order(*file->random) : std::move(file->in_order);
  return read_all(*bytes, most);
}

}  // namespace rdpdoctor::cli
