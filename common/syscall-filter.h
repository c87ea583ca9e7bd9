/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words to write a seccomp filter with (seccomp(2),
 * Documentation/userspace-api/seccomp_filter.rst): of calls of this machine's own ABI alone. Each
 * answer stands behind one test, which passes over it.
 */
#pragma once

#include "base.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#	define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#	define NATIVE_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#	define NATIVE_ARCH AUDIT_ARCH_RISCV64
#else
#	error "name this machine's AUDIT_ARCH_*, and make sure that it has socket(2) as a call of its own"
#endif

/* Calls of the x32 ABI carry this bit and would pass by another number. */
#define X32_BIT 0x40000000U

/* An argument's low half comes first on the little-endian machines above. */
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define UNLESS_ABOVE(value, skip) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (value), 0, (skip))
#define UNLESS_ANY_BIT(bits, skip) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, (skip))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define REFUSE(number) ANSWER(SECCOMP_RET_ERRNO | (number))
#define ALLOW ANSWER(SECCOMP_RET_ALLOW)

/*
 * Kills for another ABI, and refuses io_uring, which makes files and sockets behind a filter's back
 * (IORING_OP_SOCKET, Linux 5.19). Leaves the call's number loaded.
 */
#define BEGIN                                                                         \
	LOAD(arch), UNLESS_EQUAL(NATIVE_ARCH, 1), BPF_STMT(BPF_JMP | BPF_JA, 1),      \
		ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr), UNLESS_ABOVE(X32_BIT, 1), \
		REFUSE(ENOSYS), UNLESS_EQUAL(SYS_io_uring_setup, 1), REFUSE(ENOSYS)
#define REFUSE_CALL(call, number) UNLESS_EQUAL((call), 1), REFUSE(number)
#define ALLOW_CALL(call) UNLESS_EQUAL((call), 1), ALLOW
