/* For tests only: the one function of bcryptprimitives.dll that Rust's standard library calls, for Wine before 9, which lacks that
 * library. It is never shipped; Windows has its own. windows.sh puts it into the test's copy of Windows. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length); /* RtlGenRandom, which Wine has */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
    for (ULONG part; length; bytes += part, length -= part) {
        part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!SystemFunction036(bytes, part)) return FALSE;
    }
    return TRUE;
}
