#pragma once
// libpq, and the few system calls that Swift's Glibc module does not carry.
#include <libpq-fe.h>
