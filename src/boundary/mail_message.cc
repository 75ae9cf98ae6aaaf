#include "boundary/mail_message.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace peregrine::boundary {

namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
struct Free {
  void operator()(void* memory) const { g_free(memory); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;
using OwnedText = std::unique_ptr<char, Free>;

void begin_gmime() {
  static const bool begun = [] {
    g_mime_init();
    return true;
  }();
  (void)begun;
}

// What is no UTF-8 becomes U+FFFD.
std::string to_utf8(std::string text) {
  if (!base::first_invalid_utf8(text)) return text;
  const OwnedText valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  return valid.get();
}

std::string to_text(const char* text) { return text ? to_utf8(text) : ""; }

// Lines that end with LF, the last one with nothing.
std::string plain_lines(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool crlf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (!crlf) lines += text[i];
  }
  while (lines.ends_with('\n')) lines.pop_back();
  return lines;
}

// What a part holds, its transfer encoding undone and, with a charset, brought to UTF-8.
std::string content_of(GMimePart* part, const char* charset) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (!content) return "";
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  const Owned<GMimeStream> filtered(g_mime_stream_filter_new(memory.get()));
  // Null for a charset that is not known: the bytes stay as they are.
  const Owned<GMimeFilter> to(charset ? g_mime_filter_charset_new(charset, "utf-8") : nullptr);
  if (to) g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered.get()), to.get());
  g_mime_data_wrapper_write_to_stream(content, filtered.get());
  g_mime_stream_flush(filtered.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string text_of(GMimePart* part) {
  GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
  const char* charset = g_mime_content_type_get_parameter(type, "charset");
  const bool converts = charset && g_ascii_strcasecmp(charset, "utf-8") != 0;
  return plain_lines(to_utf8(content_of(part, converts ? charset : nullptr)));
}

std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  if (!type) return "text/plain";
  const OwnedText text(g_mime_content_type_get_mime_type(type));
  return base::lowercase(to_text(text.get()));
}

bool is_file(GMimeObject* object) {
  const char* disposition = g_mime_object_get_disposition(object);
  if (disposition && g_ascii_strcasecmp(disposition, "attachment") == 0) return true;
  return GMIME_IS_PART(object) && g_mime_part_get_filename(GMIME_PART(object)) != nullptr;
}

// Whether a line begins a field that GMime reads addresses from.
bool begins_addresses(std::string_view line) {
  const std::string name = base::lowercase(line.substr(0, std::min<size_t>(line.find(':'), 64)));
  for (std::string_view field : {"from", "to", "cc", "bcc", "sender", "reply-to"}) {
    if (base::trimmed(name) == field) return true;
  }
  return name.starts_with("resent-");
}

// Whether GMime reads it in reasonable time, on a stack of ordinary size.
bool is_reasonable(std::string_view message) {
  size_t boundaries = 0;
  size_t colons = 0;
  bool addresses = false;
  while (!message.empty()) {
    const size_t end = std::min(message.find('\n'), message.size() - 1) + 1;
    const std::string_view line = message.substr(0, end);
    message.remove_prefix(end);
    if (line.starts_with("--") && ++boundaries > kMostMailBoundaries) return false;
    if (line.front() != ' ' && line.front() != '\t') {
      addresses = begins_addresses(line);
      colons = 0;
    }
    if (!addresses) continue;
    colons += static_cast<size_t>(std::ranges::count(line, ':'));
    if (colons > kMostMailColons) return false;
  }
  return true;
}

class Reading {
 public:
  explicit Reading(MailMessage& mail) : mail_(mail) {}

  void read(GMimeMessage* message) {
    if (const char* subject = g_mime_message_get_subject(message)) mail_.subject = to_text(subject);
    std::vector<std::string> from;
    add_addresses(g_mime_message_get_from(message), from, 0);
    if (!from.empty()) mail_.from = from.front();
    add_addresses(g_mime_message_get_to(message), mail_.to, 0);
    add_addresses(g_mime_message_get_cc(message), mail_.cc, 0);
    add_headers(GMIME_OBJECT(message));
    GMimeObject* body = g_mime_message_get_mime_part(message);
    if (!body) return;
    add_headers(body);
    add_part(body, 0);
  }

 private:
  void add_headers(GMimeObject* object) {
    GMimeHeaderList* list = g_mime_object_get_header_list(object);
    const int count = g_mime_header_list_get_count(list);
    for (int i = 0; i < count && mail_.headers.size() < kMostMailHeaders; ++i) {
      GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
      mail_.headers.emplace_back(base::lowercase(to_text(g_mime_header_get_name(header))),
                                 to_text(g_mime_header_get_value(header)));
    }
  }

  // Those of groups too.
  static void add_addresses(InternetAddressList* list, std::vector<std::string>& addresses,
                            size_t depth) {
    if (!list || depth > kMostMailDepth) return;
    const int count = internet_address_list_length(list);
    for (int i = 0; i < count && addresses.size() < kMostMailAddresses; ++i) {
      InternetAddress* address = internet_address_list_get_address(list, i);
      if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
        const char* text = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
        addresses.push_back(to_text(text));
      } else if (INTERNET_ADDRESS_IS_GROUP(address)) {
        auto* group = INTERNET_ADDRESS_GROUP(address);
        add_addresses(internet_address_group_get_members(group), addresses, depth + 1);
      }
    }
  }

  void add_part(GMimeObject* object, size_t depth) {
    if (++parts_ > kMostMailParts || depth > kMostMailDepth) return;
    if (GMIME_IS_MULTIPART(object)) {
      auto* multipart = GMIME_MULTIPART(object);
      const int count = g_mime_multipart_get_count(multipart);
      for (int i = 0; i < count; ++i) add_part(g_mime_multipart_get_part(multipart, i), depth + 1);
    } else if (GMIME_IS_PART(object)) {
      add_leaf(GMIME_PART(object));
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      add_message(GMIME_MESSAGE_PART(object));
    }
  }

  void add_leaf(GMimePart* part) {
    GMimeObject* object = GMIME_OBJECT(part);
    const std::string type = type_of(object);
    if (!is_file(object)) {
      if (type == "text/plain" && !mail_.text) return mail_.text.emplace(text_of(part)), void();
      if (type == "text/html" && !mail_.html) return mail_.html.emplace(text_of(part)), void();
    }
    mail_.attachments.push_back(
        {to_text(g_mime_part_get_filename(part)), type, content_of(part, nullptr)});
  }

  // A mail within the mail: as it was sent.
  void add_message(GMimeMessagePart* part) {
    MailAttachment attachment{.type = type_of(GMIME_OBJECT(part))};
    if (GMimeMessage* message = g_mime_message_part_get_message(part)) {
      const OwnedText text(g_mime_object_to_string(GMIME_OBJECT(message), nullptr));
      if (text) attachment.bytes = text.get();
    }
    mail_.attachments.push_back(std::move(attachment));
  }

  MailMessage& mail_;
  size_t parts_ = 0;
};

}  // namespace

MailMessage read_mail(std::string_view message) {
  MailMessage mail;
  if (!is_reasonable(message)) {
    mail.text = plain_lines(to_utf8(std::string(message)));
    return mail;
  }
  begin_gmime();
  const Owned<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(message.data(), message.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> parsed(g_mime_parser_construct_message(parser.get(), nullptr));
  if (parsed) Reading(mail).read(parsed.get());
  return mail;
}

}  // namespace peregrine::boundary
