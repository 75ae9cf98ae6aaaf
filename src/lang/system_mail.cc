// `mail` among the `providers:` of a system.
#include <fmt/core.h>

#include "lang/system_reading.h"

namespace peregrine::lang {

void read_mail(const Node& key, const Node& value, SystemReading& reading) {
  MailSpec mail;
  mail.at = key.at;
  mail.slot = reading.names.find(key.text).value_or(0);
  const Fields fields(value, "the provider `mail`", reading.diagnostics, {"user", "password"});
  const Node* user = fields["user"];
  const Node* password = fields["password"];
  if (user && password) {
    auto text = [&](const Node& node, std::string_view what) {
      return compile_text(node, what, "write it behind the colon", reading.names,
                          reading.diagnostics);
    };
    mail.login = {.user = text(*user, "`user`"), .password = text(*password, "`password`")};
  } else if (user || password) {
    reading.diagnostics.add((user ? user : password)->at,
                            "a login of mail is a `user` and a `password`",
                            "without both every login is accepted");
  }
  reading.spec.mail = std::move(mail);
}

}  // namespace peregrine::lang
