//go:build !purego

#include "textflag.h"

// Loops that load and store as the kernels do, 64 elements a turn, and compute
// nothing: what memory and caches allow. n is a multiple of 64.

#define LOAD512(from) \
	VMOVUPS (from), Z0;    \
	VMOVUPS 64(from), Z1;  \
	VMOVUPS 128(from), Z2; \
	VMOVUPS 192(from), Z3

#define STORE512(to) \
	VMOVUPS Z0, (to);    \
	VMOVUPS Z1, 64(to);  \
	VMOVUPS Z2, 128(to); \
	VMOVUPS Z3, 192(to)

#define LOAD256(from) \
	VMOVUPS (from), Y0;    \
	VMOVUPS 32(from), Y1;  \
	VMOVUPS 64(from), Y2;  \
	VMOVUPS 96(from), Y3;  \
	VMOVUPS 128(from), Y4; \
	VMOVUPS 160(from), Y5; \
	VMOVUPS 192(from), Y6; \
	VMOVUPS 224(from), Y7

#define STORE256(to) \
	VMOVUPS Y0, (to);    \
	VMOVUPS Y1, 32(to);  \
	VMOVUPS Y2, 64(to);  \
	VMOVUPS Y3, 96(to);  \
	VMOVUPS Y4, 128(to); \
	VMOVUPS Y5, 160(to); \
	VMOVUPS Y6, 192(to); \
	VMOVUPS Y7, 224(to)

#define NEXT(counter, loop) \
	SUBQ $64, counter; \
	JGT  loop

// func loadAVX512(x []float32)
TEXT ·loadAVX512(SB), NOSPLIT, $0-24
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX

loop:
	LOAD512(SI)
	ADDQ $256, SI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadLoadAVX512(x, z []float32)
TEXT ·loadLoadAVX512(SB), NOSPLIT, $0-48
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ z_base+24(FP), DI

loop:
	LOAD512(SI)
	LOAD512(DI)
	ADDQ $256, SI
	ADDQ $256, DI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadStoreAVX512(y, x []float32)
TEXT ·loadStoreAVX512(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI

loop:
	LOAD512(SI)
	STORE512(DI)
	ADDQ $256, SI
	ADDQ $256, DI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadLoadStoreAVX512(y, x, z []float32)
TEXT ·loadLoadStoreAVX512(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ z_base+48(FP), BX

loop:
	LOAD512(SI)
	LOAD512(BX)
	STORE512(DI)
	ADDQ $256, SI
	ADDQ $256, BX
	ADDQ $256, DI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadAVX2(x []float32)
TEXT ·loadAVX2(SB), NOSPLIT, $0-24
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX

loop:
	LOAD256(SI)
	ADDQ $256, SI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadLoadAVX2(x, z []float32)
TEXT ·loadLoadAVX2(SB), NOSPLIT, $0-48
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ z_base+24(FP), DI

loop:
	LOAD256(SI)
	LOAD256(DI)
	ADDQ $256, SI
	ADDQ $256, DI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadStoreAVX2(y, x []float32)
TEXT ·loadStoreAVX2(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI

loop:
	LOAD256(SI)
	STORE256(DI)
	ADDQ $256, SI
	ADDQ $256, DI
	NEXT(CX, loop)
	VZEROUPPER
	RET

// func loadLoadStoreAVX2(y, x, z []float32)
TEXT ·loadLoadStoreAVX2(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ z_base+48(FP), BX

loop:
	LOAD256(SI)
	LOAD256(BX)
	STORE256(DI)
	ADDQ $256, SI
	ADDQ $256, BX
	ADDQ $256, DI
	NEXT(CX, loop)
	VZEROUPPER
	RET
