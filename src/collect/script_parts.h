// Private to collect: the parts of the PowerShell collector that hold no names of keys; script.cpp puts the
// table of script_keys.h between the first and the second.
#pragma once

#include <string_view>

namespace rdpdoctor::collect {

extern const std::string_view script_parameters;
extern const std::string_view script_registry;  // keys and values, as .reg text and as records
extern const std::string_view script_machine;   // files, services, ports, event logs, security products
extern const std::string_view script_archive;   // the listing, the manifest, the archive; runs it all

}  // namespace rdpdoctor::collect
