// Owning a C library's object: std::unique_ptr<X509, Release<X509_free>>.
#pragma once

#include <memory>

namespace rdpdoctor {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

}  // namespace rdpdoctor
