#include "formats/evtx_queue.h"

#include <algorithm>

namespace rdpdoctor::formats {
namespace {

constexpr unsigned most_threads = 16;

}  // namespace

EvtxQueue::EvtxQueue(const EvtxOptions& options, bool check_sums)
    : options_(options),
      check_sums_(check_sums),
      most_workers_(options.start_thread ? std::clamp(options.threads, 1U, most_threads) - 1 : 0) {}

EvtxQueue::~EvtxQueue() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  workers_.clear();
}

void EvtxQueue::push(Bytes chunk) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back({std::move(chunk), {}, State::waiting});
  }
  changed_.notify_all();
  // The first chunk is not worth a thread: most logs that have one have only that.
  if (jobs_.size() > 1 && workers_.size() < most_workers_) {
    if (auto worker = options_.start_thread([this] { work(); })) workers_.push_back(std::move(worker));
  }
}

EvtxChunk EvtxQueue::pop() {
  std::unique_lock lock(mutex_);
  Job& oldest = jobs_.front();
  while (oldest.state != State::done) {
    if (!decode_one(lock)) changed_.wait(lock);
  }
  EvtxChunk out = std::move(oldest.out);
  jobs_.pop_front();
  return out;
}

// The oldest that nobody has begun; false if there is none. A deque's elements stay where they are while
// others are put in and taken out at its ends.
bool EvtxQueue::decode_one(std::unique_lock<std::mutex>& lock) {
  auto found = std::ranges::find(jobs_, State::waiting, &Job::state);
  if (found == jobs_.end()) return false;
  Job& job = *found;
  job.state = State::begun;
  lock.unlock();
  job.out = decode_evtx_chunk(job.chunk, options_.wanted, check_sums_);
  lock.lock();
  job.state = State::done;
  changed_.notify_all();
  return true;
}

void EvtxQueue::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (!decode_one(lock)) changed_.wait(lock);
  }
}

}  // namespace rdpdoctor::formats
