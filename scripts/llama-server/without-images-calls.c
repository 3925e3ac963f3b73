/* What llama-server asks of llama.cpp's image library once there is an image: never, as a model of images is never given.
   C, so that the types need not be told. The one name with letters of C++ is mtmd_get_memory_usage. */
#include <stdlib.h>

void mtmd_batch_add_chunk(void) { abort(); }
void mtmd_batch_encode(void) { abort(); }
void mtmd_batch_get_output_embd(void) { abort(); }
void mtmd_batch_init(void) { abort(); }
void _Z21mtmd_get_memory_usagePKc19mtmd_context_params(void) { abort(); }
void mtmd_helper_bitmap_init_from_buf(void) { abort(); }
void mtmd_helper_decode_image_chunk(void) { abort(); }
void mtmd_helper_video_free(void) { abort(); }
void mtmd_init_from_file(void) { abort(); }
void mtmd_input_chunk_copy(void) { abort(); }
void mtmd_input_chunk_get_id(void) { abort(); }
void mtmd_input_chunk_get_n_pos(void) { abort(); }
void mtmd_input_chunk_get_n_tokens(void) { abort(); }
void mtmd_input_chunk_get_placeholder(void) { abort(); }
void mtmd_input_chunk_get_tokens_text(void) { abort(); }
void mtmd_input_chunk_get_type(void) { abort(); }
void mtmd_input_chunk_load(void) { abort(); }
void mtmd_input_chunk_save(void) { abort(); }
void mtmd_input_chunks_get(void) { abort(); }
void mtmd_input_chunks_init(void) { abort(); }
void mtmd_input_chunks_size(void) { abort(); }
void mtmd_tokenize(void) { abort(); }
