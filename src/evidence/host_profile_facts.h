// Users' profiles, and the updates that are installed.
#pragma once

#include <cstdint>

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

// A key of ProfileList that belongs to a user (S-1-5-21-…, S-1-12-1-…).
struct UserProfile {
  std::string sid;                // without ".bak"
  bool backup = false;            // the key's name ends in .bak
  TextFact path;                  // ProfileImagePath, expanded
  NumberFact state;               // State
  Fact<bool> folder;              // absent: the path is not there
  Fact<std::uint64_t> hive_size;  // of NTUSER.DAT; absent: there is none
  Fact<std::string> hive;         // "opens", or what is wrong with it: "damaged: …"
};

struct ProfileFacts {
  Fact<std::uint32_t> count;       // of users' keys
  std::vector<UserProfile> users;  // the first ones
  std::uint32_t left_out = 0;      // beyond those
};

struct UpdateFacts {
  Fact<std::vector<std::string>> installed;  // "KB5014754", each once
  std::vector<TextFact> rollups;  // "20348.2113": cumulative updates whose CurrentState is 112, installed
  std::uint32_t left_out = 0;
};

}  // namespace rdpdoctor::evidence
