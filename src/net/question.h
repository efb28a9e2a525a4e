// A question that can only be asked by blocking: it gets a thread of its own, and its answer comes through
// the reactor, at the deadline at the latest.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "net/core.h"

namespace rdpdoctor::net {

// Lives in the reactor's context (its deadline's handler owns it); the thread holds it weakly, because a
// timer must not outlive its context. Answer has a member `ms`.
template <class Answer>
struct Question {
  Question(asio::io_context& context, Moment deadline, std::function<void(Answer)> call)
      : timer(context, deadline), then(std::move(call)) {}
  void answer(Answer with) {
    if (!then) return;
    timer.cancel();
    with.ms = to_ms(Reactor::now() - begun);
    std::exchange(then, nullptr)(std::move(with));
  }
  Timer timer;
  std::function<void(Answer)> then;
  Moment begun = Reactor::now();
};

// Calls `then` once, in the reactor: with what `ask` returned, with `late` at the deadline, or with
// `no_thread(os_code)` when the system gives no thread.
template <class Answer, class Ask, class NoThread>
void ask_in_thread(asio::io_context& context, const std::shared_ptr<Mailbox>& mailbox, Moment deadline,
                   Ask ask, Answer late, NoThread no_thread, std::function<void(Answer)> then) {
  auto question = std::make_shared<Question<Answer>>(context, deadline, std::move(then));
  question->timer.async_wait([question, late = std::move(late)](std::error_code error) {
    if (!error) question->answer(late);
  });
  if (deadline <= Reactor::now()) return;
  try {
    std::thread([ask = std::move(ask), mailbox, weak = std::weak_ptr(question)] {
      Answer found = ask();
      const std::lock_guard lock(mailbox->mutex);
      if (mailbox->context == nullptr) return;
      asio::post(*mailbox->context, [weak, found = std::move(found)] {
        if (const auto open = weak.lock()) open->answer(found);
      });
    }).detach();
  } catch (const std::system_error& none) {
    asio::post(context, [question, answer = no_thread(none.code().value())] { question->answer(answer); });
  }
}

}  // namespace rdpdoctor::net
