// Chunks of an event log on their way through several threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>

#include "formats/evtx_chunk.h"

namespace rdpdoctor::formats {

// Decodes chunks and gives them back in the order in which they were put in. The caller's thread decodes too,
// rather than wait: with no other, it does everything.
class EvtxQueue {
 public:
  EvtxQueue(const EvtxOptions& options, bool check_sums);  // `options` must outlive it
  ~EvtxQueue();                                            // waits for the threads
  EvtxQueue(const EvtxQueue&) = delete;
  EvtxQueue& operator=(const EvtxQueue&) = delete;

  [[nodiscard]] bool empty() const { return jobs_.empty(); }
  // As many chunks as may be held, which bounds the memory.
  [[nodiscard]] bool full() const { return jobs_.size() >= (most_workers_ == 0 ? 1 : most_workers_ + 2); }
  void push(Bytes chunk);
  [[nodiscard]] EvtxChunk pop();  // REQUIRES: not empty

 private:
  enum class State { waiting, begun, done };
  struct Job {
    Bytes chunk;
    EvtxChunk out;
    State state;
  };

  bool decode_one(std::unique_lock<std::mutex>& lock);
  void work();

  const EvtxOptions& options_;
  bool check_sums_;
  std::size_t most_workers_;
  std::mutex mutex_;  // of jobs_, which only the caller's thread makes longer or shorter, and stop_
  std::condition_variable changed_;  // any of them
  std::deque<Job> jobs_;
  bool stop_ = false;
  std::vector<std::shared_ptr<void>> workers_;
};

}  // namespace rdpdoctor::formats
