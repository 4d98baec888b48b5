/* What slbench asks of MPI, behind names and types that need no header: a library that the program opens when it was started as one of
   several ranks. The program itself is linked to no MPI and runs where there is none.

   Every function returns 0 or one of MPI's error codes, for which slbench_mpi_words has words. Nothing here decides anything. */
#include <limits.h>
#include <mpi.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

/* A message of more bytes goes in several: counts are ints. */
static const int64_t PIECE = 1 << 30;

/* Counted up when a function changes: the program refuses a library of another time. */
EXPORTED int slbench_mpi_interface(void) { return 2; }

/* To be called by the thread that makes all other calls. */
EXPORTED int slbench_mpi_start(void) {
    int given = 0;
    int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given);
    if (code != MPI_SUCCESS) return code;
    if (given < MPI_THREAD_FUNNELED) return MPI_ERR_OTHER;
    return MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

EXPORTED int slbench_mpi_rank(void) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

EXPORTED int slbench_mpi_count(void) {
    int count = 0;
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    return count;
}

/* The library's own name and version, cut to its first line. */
EXPORTED void slbench_mpi_library(char *text, int64_t capacity) {
    char name[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length = 0;
    MPI_Get_library_version(name, &length);
    name[strcspn(name, "\n")] = 0;
    strncpy(text, name, (size_t)capacity - 1);
    text[capacity - 1] = 0;
}

EXPORTED void slbench_mpi_words(int code, char *text, int64_t capacity) {
    char words[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    if (MPI_Error_string(code, words, &length) != MPI_SUCCESS) strcpy(words, "an error without words");
    strncpy(text, words, (size_t)capacity - 1);
    text[capacity - 1] = 0;
}

/* Part r of `sent` to rank r; part r of `received` from rank r. */
EXPORTED int slbench_mpi_scatter(const void *sent, void *received, int64_t part) {
    if (part > INT_MAX) return MPI_ERR_COUNT;
    return MPI_Alltoall(sent, (int)part, MPI_BYTE, received, (int)part, MPI_BYTE, MPI_COMM_WORLD);
}

EXPORTED int slbench_mpi_broadcast(void *bytes, int64_t count, int root) {
    for (int64_t start = 0; start < count; start += PIECE) {
        int64_t length = count - start < PIECE ? count - start : PIECE;
        int code = MPI_Bcast((char *)bytes + start, (int)length, MPI_BYTE, root, MPI_COMM_WORLD);
        if (code != MPI_SUCCESS) return code;
    }
    return MPI_SUCCESS;
}

/* Equal parts of all, in the order of ranks. */
EXPORTED int slbench_mpi_gather(const void *part, void *whole, int64_t length) {
    if (length <= PIECE) return MPI_Allgather(part, (int)length, MPI_BYTE, whole, (int)length, MPI_BYTE, MPI_COMM_WORLD);
    int count = slbench_mpi_count(), mine = slbench_mpi_rank();
    memcpy((char *)whole + mine * length, part, (size_t)length);
    for (int rank = 0; rank < count; rank++) {
        int code = slbench_mpi_broadcast((char *)whole + rank * length, length, rank);
        if (code != MPI_SUCCESS) return code;
    }
    return MPI_SUCCESS;
}

/* The same at one rank; `whole` is written there alone. */
EXPORTED int slbench_mpi_gather_at(const void *part, void *whole, int64_t length, int root) {
    if (length > INT_MAX) return MPI_ERR_COUNT;
    return MPI_Gather(part, (int)length, MPI_BYTE, whole, (int)length, MPI_BYTE, root, MPI_COMM_WORLD);
}

/* Parts of `lengths[r]` bytes, known to all, one after the other. */
EXPORTED int slbench_mpi_gather_unequal(const void *part, void *whole, const int64_t *lengths) {
    int count = slbench_mpi_count(), mine = slbench_mpi_rank();
    int64_t start = 0;
    for (int rank = 0; rank < count; rank++) {
        if (rank == mine && lengths[rank] > 0) memcpy((char *)whole + start, part, (size_t)lengths[rank]);
        int code = slbench_mpi_broadcast((char *)whole + start, lengths[rank], rank);
        if (code != MPI_SUCCESS) return code;
        start += lengths[rank];
    }
    return MPI_SUCCESS;
}

/* The sum over all ranks in the library's own order, in place. kind: 0 float, 1 double. */
EXPORTED int slbench_mpi_sum(void *values, int64_t count, int kind) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    return MPI_Allreduce(MPI_IN_PLACE, values, (int)count, kind == 0 ? MPI_FLOAT : MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

EXPORTED int slbench_mpi_finish(void) { return MPI_Finalize(); }

/* Does not return where MPI can end the others. */
EXPORTED void slbench_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }
