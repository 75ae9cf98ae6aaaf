#include "booking/service/phone.h"

#include <gtest/gtest.h>

namespace peregrine::booking {
namespace {

TEST(Phone, HasOneFormForEachNumber) {
  for (std::string_view text :
       {"+493012345678", "0049 30 12345678", "+49 (30) 1234-5678", "+49/30/1234.5678"})
    EXPECT_EQ(normalised_phone(text), "+493012345678") << text;
}

TEST(Phone, RefusesWhatIsNoInternationalNumber) {
  for (std::string_view text : {"", "+", "00", "03012345678", "anonymous", "+49x30123456",
                                "+123456", "+1234567890123456", "+0493012345", "++493012345678"})
    EXPECT_EQ(normalised_phone(text), std::nullopt) << text;
}

}  // namespace
}  // namespace peregrine::booking
