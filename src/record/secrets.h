// Values that must not leave Peregrine: keys, passwords, tokens. In a text that goes out each
// occurrence becomes a mark, `<secret NAME>`, in whichever of these forms it stands there:
//
//   as it is                      s3cr&t/ü
//   percent-encoded, %xx or %XX   s3cr%26t%2F%C3%BC     or less of it; in a form a blank is +
//   escaped in JSON               s3cr&t\/\u00fc        or less of it
//   quoted in SQL or a shell      it''s, it'\''s
//   base64, base64url             …czNjciZ0L…           at any of the three places it may begin
//   each of its lines alone, where it has several (a private key in a log)
//   cut by an "…" on either side, as long as kShortest bytes are left of it
//
// These in each other too, three deep: as base64 in a URL in JSON. Not found are other forms: hex,
// digests, compressed bytes, a text in capitals.
//
// What it costs: one pass over the text for all secrets (a table of the first bytes of each form),
// another for each kind of escaping of which the text has a sign. Not shared between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace peregrine::record {

class Secrets {
 public:
  static constexpr size_t kShortest = 4;  // bytes
  // Of several names with one value the first is told.
  static constexpr size_t kMostForms = 50'000;  // of all secrets; what is beyond is not masked

  // Why a value is not masked: "has fewer than 4 bytes". Empty when it is. What stands in half of
  // all lines anyway is no secret, and masking it would make them unreadable.
  static std::string_view reason_not_to_mask(std::string_view value);

  // Does nothing where there is a reason not to mask it.
  void add(const std::string& name, std::string_view value);
  bool empty() const { return forms_.empty(); }
  // The text with marks for secrets.
  std::string masked(std::string_view text) const;

 private:
  // Bytes that stand for a secret. Of base64 the character before or behind may hold bits of it.
  struct Form {
    std::string bytes;
    size_t name;
    bool before = false;
    bool behind = false;
  };
  struct Match {
    size_t begin;
    size_t end;
    size_t name;
  };
  struct View;

  void add_forms(std::string_view value, size_t name);
  void add_form(Form form);
  void search(const View& view, std::vector<Match>& matches) const;
  void search_cut(const View& view, std::vector<Match>& matches) const;
  void search_all(const View& view, size_t decoded, std::vector<Match>& matches) const;

  std::vector<std::string> names_;
  std::vector<Form> forms_;
  std::unordered_map<uint32_t, std::vector<size_t>> by_start_;  // their first four bytes
  std::vector<char> may_start_;                                 // by a hash of these
  bool has_blank_ = false;
  bool has_quote_ = false;
};

}  // namespace peregrine::record
