"""Matrix products by oneDNN 2's C interface, on the buffers of PyTorch's tensors."""

import ctypes
import ctypes.util
import os

import torch

# Of dnnl_types.h. Descriptions are filled in by the library; none comes near this size.
_CPU, _IN_ORDER, _BF16, _F32, _SRC, _WEIGHTS, _DST = 1, 1, 2, 3, 1, 33, 17
_DESCRIPTION = 1 << 14
_KINDS = {torch.float32: _F32, torch.bfloat16: _BF16}


class _Argument(ctypes.Structure):
    _fields_ = [("index", ctypes.c_int), ("memory", ctypes.c_void_p)]


class _Version(ctypes.Structure):
    _fields_ = [("major", ctypes.c_int), ("minor", ctypes.c_int), ("patch", ctypes.c_int)]


class OneDNN:
    """`multiply` makes a primitive for every shape once and keeps it."""

    def __init__(self):
        # PyTorch has a oneDNN of its own inside: neither may see the other's functions.
        self.library = ctypes.CDLL(ctypes.util.find_library("dnnl") or "libdnnl.so.2", mode=os.RTLD_LOCAL | os.RTLD_DEEPBIND)
        self.library.dnnl_version.restype = ctypes.POINTER(_Version)
        version = self.library.dnnl_version().contents
        if version.major != 2:
            raise OSError(f"oneDNN {version.major} is not oneDNN 2")
        self.version = f"oneDNN {version.major}.{version.minor}.{version.patch}"
        self.units = {0x7: "AVX2", 0x27: "AVX-512", 0x67: "AVX-512 VNNI", 0xE7: "AVX512_BF16", 0x3E7: "AMX"}.get(
            self.library.dnnl_get_effective_cpu_isa(), "other units"
        )
        self.engine = self._made("dnnl_engine_create", _CPU, ctypes.c_size_t(0))
        self.stream = self._made("dnnl_stream_create", self.engine, _IN_ORDER)
        self.calls: dict = {}

    def multiply(self, a, b, c, transpose_a: bool, transpose_b: bool):
        """c = op(a)·op(b); all three dense and row-major, a and b of one type."""
        key = (a.data_ptr(), b.data_ptr(), c.data_ptr())
        if key not in self.calls:
            self.calls[key] = self._prepare(a.t() if transpose_a else a, b.t() if transpose_b else b, c)
        primitive, arguments, _ = self.calls[key]
        self._do("dnnl_primitive_execute", primitive, self.stream, 3, arguments)
        self._do("dnnl_stream_wait", self.stream)

    def _prepare(self, a, b, c):
        places = [self._described(tensor) for tensor in (a, b, c)]
        product = ctypes.create_string_buffer(_DESCRIPTION)
        self._do("dnnl_matmul_desc_init", product, places[0], places[1], None, places[2])
        chosen = self._made("dnnl_primitive_desc_create", product, None, self.engine, None)
        primitive = self._made("dnnl_primitive_create", chosen)
        arguments = (_Argument * 3)()
        for argument, index, tensor, place in zip(arguments, (_SRC, _WEIGHTS, _DST), (a, b, c), places, strict=True):
            argument.index = index
            argument.memory = self._made("dnnl_memory_create", place, self.engine, ctypes.c_void_p(tensor.data_ptr()))
        # The tensors stay alive as long as what points into them.
        return primitive, arguments, (a, b, c)

    def _described(self, tensor):
        dimensions = (ctypes.c_int64 * 12)(*tensor.shape)
        strides = (ctypes.c_int64 * 12)(*tensor.stride())
        place = ctypes.create_string_buffer(_DESCRIPTION)
        self._do("dnnl_memory_desc_init_by_strides", place, tensor.dim(), dimensions, _KINDS[tensor.dtype], strides)
        return place

    def _made(self, function: str, *arguments) -> ctypes.c_void_p:
        result = ctypes.c_void_p()
        self._do(function, ctypes.byref(result), *arguments)
        return result

    def _do(self, function: str, *arguments):
        status = getattr(self.library, function)(*arguments)
        if status != 0:
            raise RuntimeError(f"{function} answered {status}")
