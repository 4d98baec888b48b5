/* libsentencepiece in plain C: load a model, encode, decode, train. No C++ type and no exception passes this header.
 *
 * Functions that can fail return false (or NULL) and, where `error` is not NULL, leave a text there. Every buffer and
 * text handed out is released with slspm_release. A model is immutable once loaded: any number of threads may use it. */
#ifndef SLBENCH_SENTENCEPIECE_SHIM_H
#define SLBENCH_SENTENCEPIECE_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct slspm_model slspm_model;

/* Loads the file at `path`. NULL on failure. */
slspm_model *slspm_load_file(const char *path, char **error);

/* Loads a model file's bytes, which are copied. NULL on failure. */
slspm_model *slspm_load_bytes(const void *bytes, size_t count, char **error);

void slspm_free(slspm_model *model);

/* Number of pieces: ids run from 0 to one less. */
int32_t slspm_vocabulary_size(const slspm_model *model);

/* Ids of the special pieces; -1 where the model has none. */
int32_t slspm_unk_id(const slspm_model *model);
int32_t slspm_bos_id(const slspm_model *model);
int32_t slspm_eos_id(const slspm_model *model);
int32_t slspm_pad_id(const slspm_model *model);

/* Id of the piece that stands for one byte; -1 where the model has none. */
int32_t slspm_byte_id(const slspm_model *model, uint8_t byte);

/* What every piece spells, one behind the other, and for each id the offset behind its own: text with the blank mark as a
 * blank, a single byte, nothing for control and unknown pieces. */
bool slspm_spellings(const slspm_model *model, char **text, size_t **ends, char **error);

/* Ids of `count` bytes of UTF-8 text, without special pieces. */
bool slspm_encode(const slspm_model *model, const char *text, size_t count, int32_t **ids, size_t *id_count, char **error);

/* As slspm_encode, and for every id the offset in `text` just behind the bytes it stands for. Slower. */
bool slspm_encode_with_ends(const slspm_model *model, const char *text, size_t count, int32_t **ids, size_t **ends,
                            size_t *id_count, char **error);

/* The text (UTF-8, not terminated) of `id_count` ids. An id outside the vocabulary is an error. */
bool slspm_decode(const slspm_model *model, const int32_t *ids, size_t id_count, char **text, size_t *count, char **error);

/* Hands out the next training sentence: true with `text` and `count` set (valid until the next call), false at the end. */
typedef bool (*slspm_next_sentence)(void *context, const char **text, size_t *count);

/* Trains a model with spm_train's flags ("--vocab_size=… --model_type=…"; no input, no model_prefix) on the sentences
 * and hands out the model file's bytes. */
bool slspm_train(const char *arguments, slspm_next_sentence next, void *context, void **model, size_t *count, char **error);

void slspm_release(void *buffer);

#ifdef __cplusplus
}
#endif

#endif
