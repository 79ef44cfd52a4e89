// What Swift needs of libpq and of the few Linux calls that its Glibc module leaves out.
#ifndef OHJAUSTILA_CLIBPQ_SHIM_H
#define OHJAUSTILA_CLIBPQ_SHIM_H

#include <libpq-fe.h>
#include <poll.h>
#include <semaphore.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <time.h>

// Character constants, which Swift doesn't import from macros.
static const int clibpq_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int clibpq_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int clibpq_diag_message = PG_DIAG_MESSAGE_PRIMARY;
static const int clibpq_diag_detail = PG_DIAG_MESSAGE_DETAIL;
static const int clibpq_diag_hint = PG_DIAG_MESSAGE_HINT;
static const int clibpq_diag_position = PG_DIAG_STATEMENT_POSITION;
static const int clibpq_diag_schema = PG_DIAG_SCHEMA_NAME;
static const int clibpq_diag_table = PG_DIAG_TABLE_NAME;
static const int clibpq_diag_column = PG_DIAG_COLUMN_NAME;
static const int clibpq_diag_constraint = PG_DIAG_CONSTRAINT_NAME;

/// A descriptor that wakes a poll: written by any thread, closed on exec, never blocks. -1 with errno on failure.
static inline int clibpq_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Names the calling thread; at most 15 bytes count.
static inline void clibpq_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// glibc 2.30; declared here because <semaphore.h> shows it only to _GNU_SOURCE, which a module cannot define.
extern int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *deadline);

// glibc 2.29 and 2.34, hidden for the same reason.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

#endif
