// What llama-server asks of llama.cpp's image library when it starts and there are no images: nothing.
// Its other functions stand in without-images-calls.c; they are never reached.
#include "mtmd.h"
#include "mtmd-helper.h"

extern "C" {
void mtmd_log_set(ggml_log_callback, void *) {}
void mtmd_helper_log_set(ggml_log_callback, void *) {}
mtmd_context_params mtmd_context_params_default(void) { return mtmd_context_params{}; }
mtmd_helper_init_opt mtmd_helper_init_opt_default(void) { return mtmd_helper_init_opt{}; }
mtmd_caps mtmd_get_cap_from_file(const char *) { return mtmd_caps{}; }
void mtmd_free(mtmd_context *) {}
void mtmd_batch_free(mtmd_batch *) {}
void mtmd_bitmap_free(mtmd_bitmap *) {}
void mtmd_input_chunk_free(mtmd_input_chunk *) {}
void mtmd_input_chunks_free(mtmd_input_chunks *) {}
const char * mtmd_default_marker(void) { return "<__media__>"; }
const char * mtmd_get_marker(const mtmd_context *) { return "<__media__>"; }
bool mtmd_support_vision(const mtmd_context *) { return false; }
bool mtmd_support_audio(const mtmd_context *) { return false; }
bool mtmd_helper_support_video(const mtmd_context *) { return false; }
}
