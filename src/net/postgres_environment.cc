// What libpq would take from the environment.
#include <cstdlib>

#include "net/postgres.h"

namespace peregrine::net {

namespace {

// Of PostgreSQL 17's documentation, "Environment Variables" of libpq.
constexpr const char* kLibpqVariables[] = {"PGAPPNAME",
                                           "PGCHANNELBINDING",
                                           "PGCLIENTENCODING",
                                           "PGCONNECT_TIMEOUT",
                                           "PGDATABASE",
                                           "PGDATESTYLE",
                                           "PGGEQO",
                                           "PGGSSDELEGATION",
                                           "PGGSSENCMODE",
                                           "PGGSSLIB",
                                           "PGHOST",
                                           "PGHOSTADDR",
                                           "PGKRBSRVNAME",
                                           "PGLOADBALANCEHOSTS",
                                           "PGLOCALEDIR",
                                           "PGOPTIONS",
                                           "PGPASSFILE",
                                           "PGPASSWORD",
                                           "PGPORT",
                                           "PGREQUIREAUTH",
                                           "PGREQUIREPEER",
                                           "PGREQUIRESSL",
                                           "PGSERVICE",
                                           "PGSERVICEFILE",
                                           "PGSSLCERT",
                                           "PGSSLCERTMODE",
                                           "PGSSLCOMPRESSION",
                                           "PGSSLCRL",
                                           "PGSSLCRLDIR",
                                           "PGSSLKEY",
                                           "PGSSLMAXPROTOCOLVERSION",
                                           "PGSSLMINPROTOCOLVERSION",
                                           "PGSSLMODE",
                                           "PGSSLNEGOTIATION",
                                           "PGSSLROOTCERT",
                                           "PGSSLSNI",
                                           "PGSYSCONFDIR",
                                           "PGTARGETSESSIONATTRS",
                                           "PGTZ",
                                           "PGUSER"};

}  // namespace

void forget_libpq_environment() {
  for (const char* variable : kLibpqVariables) unsetenv(variable);
}

}  // namespace peregrine::net
