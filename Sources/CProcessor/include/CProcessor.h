// What the processor that runs this has, asked of the processor itself, and the instructions that Swift has no names for.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)

// __builtin_cpu_supports asks the operating system, too: it has to keep the wide registers when it changes threads.
static inline bool processor_has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static inline bool processor_has_avx512(void) {
    __builtin_cpu_init();
    return processor_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

static inline bool processor_has_avx512_bf16(void) {
    __builtin_cpu_init();
    return processor_has_avx512() && __builtin_cpu_supports("avx512bf16");
}

static inline bool processor_is_by_amd(void) {
    __builtin_cpu_init();
    return __builtin_cpu_is("amd");
}

#if defined(__AVX512BF16__)
#include <immintrin.h>

// Sixteen numbers become the brain floats nearest to them, ties to the even one: what integer arithmetic makes of them, to the bit. The
// instruction takes subnormal numbers for zero, so a register that has one is rounded the long way.
static inline __attribute__((always_inline)) __m256i processor_round_to_bf16(__m512 numbers) {
    __m256i rounded = (__m256i)_mm512_cvtneps_pbh(numbers);
    __mmask16 subnormal = _mm512_fpclass_ps_mask(numbers, 0x20);
    if (__builtin_expect(subnormal != 0, 0)) {
        __m512i bits = _mm512_castps_si512(numbers);
        __m512i last = _mm512_and_epi32(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
        __m512i sum = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), last);
        rounded = _mm256_mask_mov_epi16(rounded, subnormal, _mm512_cvtepi32_epi16(_mm512_srli_epi32(sum, 16)));
    }
    return rounded;
}
#endif

#else

static inline bool processor_has_avx2(void) { return false; }
static inline bool processor_has_avx512(void) { return false; }
static inline bool processor_has_avx512_bf16(void) { return false; }
static inline bool processor_is_by_amd(void) { return false; }

#endif
