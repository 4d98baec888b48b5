#include "sentencepiece_shim.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

struct slspm_model {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

char *copy_text(const char *text, size_t count) {
    char *copy = static_cast<char *>(std::malloc(count + 1));
    if (copy == nullptr) return nullptr;
    if (count > 0) std::memcpy(copy, text, count);
    copy[count] = '\0';
    return copy;
}

void report(char **error, const char *message) {
    if (error != nullptr) *error = copy_text(message, std::strlen(message));
}

bool succeeded(const sentencepiece::util::Status &status, char **error) {
    if (status.ok()) return true;
    const char *message = status.error_message();
    report(error, message != nullptr && *message != '\0' ? message : status.ToString().c_str());
    return false;
}

/* Runs `body`, turning whatever it throws into an error text and `failure`. */
template <typename Result, typename Body>
Result guarded(Result failure, char **error, Body body) noexcept {
    if (error != nullptr) *error = nullptr;
    try {
        return body();
    } catch (const std::bad_alloc &) {
        report(error, "out of memory");
    } catch (const std::exception &exception) {
        report(error, exception.what());
    } catch (...) {
        report(error, "libsentencepiece threw an unknown exception");
    }
    return failure;
}

/* A malloc'ed copy of `values`; throws when there is no memory. One element at least, so that NULL means failure. */
template <typename Element, typename Values>
Element *copy_values(const Values &values) {
    Element *copy = static_cast<Element *>(std::malloc((values.size() + 1) * sizeof(Element)));
    if (copy == nullptr) throw std::bad_alloc();
    size_t index = 0;
    for (const auto &value : values) copy[index++] = static_cast<Element>(value);
    return copy;
}

class Sentences final : public sentencepiece::SentenceIterator {
  public:
    Sentences(slspm_next_sentence next, void *context) : next_(next), context_(context) { Next(); }
    bool done() const override { return done_; }
    const std::string &value() const override { return value_; }
    sentencepiece::util::Status status() const override { return {}; }
    void Next() override {
        const char *text = nullptr;
        size_t count = 0;
        if (done_ || !next_(context_, &text, &count)) {
            done_ = true;
            value_.clear();
        } else {
            value_.assign(text, count);
        }
    }

  private:
    slspm_next_sentence next_;
    void *context_;
    std::string value_;
    bool done_ = false;
};

/* "--name=value …" as a table. Given as one string, the library would write it to stderr before it reads its own
 * option for silence. */
std::unordered_map<std::string, std::string> parse_flags(const char *arguments) {
    std::unordered_map<std::string, std::string> flags;
    std::istringstream words(arguments);
    for (std::string word; words >> word;) {
        const size_t start = word.find_first_not_of('-');
        const size_t equals = word.find('=');
        if (start == std::string::npos) continue;
        if (equals == std::string::npos) {
            flags[word.substr(start)] = "";
        } else {
            flags[word.substr(start, equals - start)] = word.substr(equals + 1);
        }
    }
    return flags;
}

template <typename Load>
slspm_model *load(char **error, Load fill) {
    return guarded<slspm_model *>(nullptr, error, [&]() -> slspm_model * {
        auto model = std::make_unique<slspm_model>();
        if (!succeeded(fill(model->processor), error)) return nullptr;
        if (!succeeded(model->processor.status(), error)) return nullptr;
        return model.release();
    });
}

}  // namespace

slspm_model *slspm_load_file(const char *path, char **error) {
    return load(error, [&](auto &processor) { return processor.Load(std::string(path)); });
}

slspm_model *slspm_load_bytes(const void *bytes, size_t count, char **error) {
    return load(error, [&](auto &processor) {
        return processor.LoadFromSerializedProto(absl::string_view(static_cast<const char *>(bytes), count));
    });
}

void slspm_free(slspm_model *model) { delete model; }

int32_t slspm_vocabulary_size(const slspm_model *model) { return model->processor.GetPieceSize(); }
int32_t slspm_unk_id(const slspm_model *model) { return model->processor.unk_id(); }
int32_t slspm_bos_id(const slspm_model *model) { return model->processor.bos_id(); }
int32_t slspm_eos_id(const slspm_model *model) { return model->processor.eos_id(); }
int32_t slspm_pad_id(const slspm_model *model) { return model->processor.pad_id(); }

int32_t slspm_byte_id(const slspm_model *model, uint8_t byte) {
    char piece[8];
    std::snprintf(piece, sizeof piece, "<0x%02X>", byte);
    const int32_t id = model->processor.PieceToId(piece);
    return id >= 0 && id < model->processor.GetPieceSize() && model->processor.IsByte(id) ? id : -1;
}

bool slspm_spellings(const slspm_model *model, char **text, size_t **ends, char **error) {
    return guarded(false, error, [&] {
        const auto &processor = model->processor;
        const std::string blank = "\xE2\x96\x81";
        std::string all;
        std::vector<size_t> found_ends;
        for (int id = 0; id < processor.GetPieceSize(); ++id) {
            const std::string &piece = processor.IdToPiece(id);
            if (processor.IsByte(id)) {
                all.push_back(static_cast<char>(std::stoi(piece.substr(3, 2), nullptr, 16)));
            } else if (!processor.IsUnknown(id) && !processor.IsControl(id)) {
                size_t start = 0;
                for (size_t mark; (mark = piece.find(blank, start)) != std::string::npos; start = mark + blank.size()) {
                    all.append(piece, start, mark - start);
                    all.push_back(' ');
                }
                all.append(piece, start, std::string::npos);
            }
            found_ends.push_back(all.size());
        }
        size_t *copied_ends = copy_values<size_t>(found_ends);
        *text = copy_text(all.data(), all.size());
        if (*text == nullptr) {
            std::free(copied_ends);
            throw std::bad_alloc();
        }
        *ends = copied_ends;
        return true;
    });
}

bool slspm_encode(const slspm_model *model, const char *text, size_t count, int32_t **ids, size_t *id_count, char **error) {
    return guarded(false, error, [&] {
        std::vector<int> found;
        if (!succeeded(model->processor.Encode(absl::string_view(text, count), &found), error)) return false;
        *ids = copy_values<int32_t>(found);
        *id_count = found.size();
        return true;
    });
}

bool slspm_encode_with_ends(const slspm_model *model, const char *text, size_t count, int32_t **ids, size_t **ends,
                            size_t *id_count, char **error) {
    return guarded(false, error, [&] {
        sentencepiece::ImmutableSentencePieceText found;
        if (!succeeded(model->processor.Encode(absl::string_view(text, count), found.mutable_proto()), error)) return false;
        std::vector<int32_t> found_ids;
        std::vector<size_t> found_ends;
        for (size_t index = 0; index < found.pieces_size(); ++index) {
            const auto piece = found.pieces(static_cast<int>(index));
            found_ids.push_back(static_cast<int32_t>(piece.id()));
            found_ends.push_back(piece.end());
        }
        int32_t *copied_ids = copy_values<int32_t>(found_ids);
        std::unique_ptr<int32_t, void (*)(void *)> owner(copied_ids, std::free);
        *ends = copy_values<size_t>(found_ends);
        *ids = owner.release();
        *id_count = found_ids.size();
        return true;
    });
}

bool slspm_decode(const slspm_model *model, const int32_t *ids, size_t id_count, char **text, size_t *count, char **error) {
    return guarded(false, error, [&] {
        const int32_t size = model->processor.GetPieceSize();
        std::vector<int> given;
        given.reserve(id_count);
        for (size_t index = 0; index < id_count; ++index) {
            if (ids[index] < 0 || ids[index] >= size) {
                const std::string message =
                    "id " + std::to_string(ids[index]) + " is outside the vocabulary of " + std::to_string(size) + " pieces";
                report(error, message.c_str());
                return false;
            }
            given.push_back(ids[index]);
        }
        std::string found;
        if (!succeeded(model->processor.Decode(given, &found), error)) return false;
        *text = copy_text(found.data(), found.size());
        if (*text == nullptr) throw std::bad_alloc();
        *count = found.size();
        return true;
    });
}

bool slspm_train(const char *arguments, slspm_next_sentence next, void *context, void **model, size_t *count, char **error) {
    return guarded(false, error, [&] {
        Sentences sentences(next, context);
        std::string serialized;
        const auto status = sentencepiece::SentencePieceTrainer::Train(parse_flags(arguments), &sentences, &serialized);
        if (!succeeded(status, error)) return false;
        *model = copy_text(serialized.data(), serialized.size());
        if (*model == nullptr) throw std::bad_alloc();
        *count = serialized.size();
        return true;
    });
}

void slspm_release(void *buffer) { std::free(buffer); }
