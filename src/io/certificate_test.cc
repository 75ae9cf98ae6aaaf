#include "io/certificate.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace peregrine::io {
namespace {

using base::Code;
using base::Result;

// OpenSSL's program is asked, not its library: that one made the certificates.
class CertificateTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "certificate_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("authority.pem", authority_.certificate());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  std::string openssl(const std::string& arguments) {
    const std::string command = "cd '" + folder_.string() + "' && openssl " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "re");
    std::string text;
    char piece[4096];
    while (const size_t n = fread(piece, 1, sizeof piece, pipe)) text.append(piece, n);
    pclose(pipe);
    return text;
  }

  std::filesystem::path folder_;
  CertificateAuthority authority_ = *CertificateAuthority::make("Test Authority");
};

TEST_F(CertificateTest, IsAcceptedForEachOfItsHosts) {
  const TlsIdentity identity = *authority_.issue({"shop.test", "*.api.test", "127.0.0.1", "::1"});
  write("leaf.pem", identity.certificate);
  const std::string verify = "verify -x509_strict -purpose sslserver -CAfile authority.pem ";
  for (const char* host : {"-verify_hostname shop.test", "-verify_hostname a.api.test",
                           "-verify_ip 127.0.0.1", "-verify_ip ::1"}) {
    EXPECT_EQ(openssl(verify + host + " leaf.pem"), "leaf.pem: OK\n");
  }
  EXPECT_NE(openssl(verify + "-verify_hostname bank.test leaf.pem").find("hostname mismatch"),
            std::string::npos);
  EXPECT_EQ(openssl("verify -x509_strict -purpose sslclient -CAfile authority.pem leaf.pem"),
            "leaf.pem: OK\n");
}

TEST_F(CertificateTest, HoldsFrom1970To2100) {
  write("leaf.pem", authority_.issue({"shop.test"})->certificate);
  for (const char* file : {"leaf.pem", "authority.pem"}) {
    EXPECT_EQ(openssl(std::string("x509 -noout -dates -in ") + file),
              "notBefore=Jan  1 00:00:00 1970 GMT\nnotAfter=Dec 31 23:59:59 2099 GMT\n");
  }
  for (const char* when : {"1", "2524607999", "2524608001", "4102444798"}) {
    EXPECT_EQ(openssl(std::string("verify -CAfile authority.pem -attime ") + when + " leaf.pem"),
              "leaf.pem: OK\n");
  }
}

TEST_F(CertificateTest, SerialNumbersDiffer) {
  write("a.pem", authority_.issue({"shop.test"})->certificate);
  write("b.pem", authority_.issue({"shop.test"})->certificate);
  const std::string a = openssl("x509 -noout -serial -in a.pem");
  EXPECT_EQ(a.size(), std::string("serial=\n").size() + 32);
  EXPECT_NE(a, openssl("x509 -noout -serial -in b.pem"));
}

TEST_F(CertificateTest, AHostLongerThanACommonNameIsAmongTheNamesOnly) {
  const std::string host = std::string(60, 'a') + ".example.test";
  write("leaf.pem", authority_.issue({host})->certificate);
  EXPECT_EQ(
      openssl("verify -x509_strict -CAfile authority.pem -verify_hostname " + host + " leaf.pem"),
      "leaf.pem: OK\n");
}

TEST_F(CertificateTest, RefusesWhatIsNoHost) {
  for (const char* host :
       {"", "a b", "shop.test,DNS:bank.test", "a\nb", ".test", "*", "sh*p.test"}) {
    Result<TlsIdentity> identity = authority_.issue({host});
    ASSERT_FALSE(identity) << host;
    EXPECT_EQ(identity.error().code, Code::invalid);
  }
  EXPECT_EQ(authority_.issue({}).error().code, Code::invalid);
  EXPECT_TRUE(authority_.issue(std::vector<std::string>(100, "a.test")));
  EXPECT_EQ(authority_.issue(std::vector<std::string>(101, "a.test")).error().code, Code::limit);
  EXPECT_EQ(CertificateAuthority::make(std::string(65, 'a')).error().code, Code::invalid);
}

TEST_F(CertificateTest, AnIdentityIsReadFromFiles) {
  const TlsIdentity identity = *authority_.issue({"shop.test"});
  const std::string certificate = write("leaf.pem", identity.certificate);
  const std::string key = write("key.pem", identity.key);
  Result<TlsIdentity> read = TlsIdentity::read(certificate, key);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->certificate, identity.certificate);
  EXPECT_EQ(read->key, identity.key);
  EXPECT_EQ(TlsIdentity::read(certificate, key + "x").error().code, Code::not_found);
  EXPECT_EQ(openssl("pkey -noout -text -in key.pem").substr(0, 25), "Private-Key: (256 bit)\npr");
}

}  // namespace
}  // namespace peregrine::io
