//go:build !purego

#include "textflag.h"

// Loops over 64 elements a turn, without anything around them: n is a multiple
// of 64. Z0 to Z7, or their lower halves, are +0 and accumulate; Z8 to Z11 are for one
// vector at a time, and Z12 is k, which is 1. Y stands for Z on AVX2.

#define LOOP(name, ones, turn, end) \
TEXT name(SB), NOSPLIT, $0-72;    \
	MOVQ   y_base+0(FP), DI;  \
	MOVQ   x_base+24(FP), SI; \
	MOVQ   z_base+48(FP), BX; \
	MOVQ   x_len+32(FP), CX;  \
	VXORPS X0, X0, X0;        \
	VXORPS X1, X1, X1;        \
	VXORPS X2, X2, X2;        \
	VXORPS X3, X3, X3;        \
	VXORPS X4, X4, X4;        \
	VXORPS X5, X5, X5;        \
	VXORPS X6, X6, X6;        \
	VXORPS X7, X7, X7;        \
	MOVL   $0x3f800000, AX;   \
	VMOVD  AX, X12;           \
	ones;                     \
	PCALIGN $64;              \
loop:                             \
	turn;                     \
	ADDQ $256, SI;            \
	ADDQ $256, BX;            \
	ADDQ $256, DI;            \
	SUBQ $64, CX;             \
	JGT  loop;                \
	end;                      \
	VZEROUPPER;               \
	RET

#define ONES512 VPBROADCASTD X12, Z12
#define ONES256 VPBROADCASTD X12, Y12

#define TURN512(op) \
	op(0, Z8, Z0, Z12);    \
	op(64, Z9, Z1, Z12);   \
	op(128, Z10, Z2, Z12); \
	op(192, Z11, Z3, Z12)

#define TURN256(op) \
	op(0, Y8, Y0, Y12);    \
	op(32, Y9, Y1, Y12);   \
	op(64, Y10, Y2, Y12);  \
	op(96, Y11, Y3, Y12);  \
	op(128, Y8, Y4, Y12);  \
	op(160, Y9, Y5, Y12);  \
	op(192, Y10, Y6, Y12); \
	op(224, Y11, Y7, Y12)

// The lanes of dot and sum are added by halves, into the first element of y.
#define FOLD512 \
	VADDPS        Z2, Z0, Z0; \
	VADDPS        Z3, Z1, Z1; \
	VADDPS        Z1, Z0, Z0; \
	VEXTRACTF64X4 $1, Z0, Y1; \
	VADDPS        Y1, Y0, Y0; \
	FOLD128

#define FOLD256 \
	VADDPS Y4, Y0, Y0; \
	VADDPS Y5, Y1, Y1; \
	VADDPS Y6, Y2, Y2; \
	VADDPS Y7, Y3, Y3; \
	VADDPS Y2, Y0, Y0; \
	VADDPS Y3, Y1, Y1; \
	VADDPS Y1, Y0, Y0; \
	FOLD128

#define FOLD128 \
	VEXTRACTF128 $1, Y0, X1; \
	VADDPS       X1, X0, X0; \
	VPERMILPD    $1, X0, X1; \
	VADDPS       X1, X0, X0; \
	VMOVSHDUP    X0, X1;     \
	VADDPS       X1, X0, X0; \
	MOVQ         y_base+0(FP), DI; \
	VMOVSS       X0, (DI)

#define LOOPS(name512, name256, op) \
LOOP(name512, ONES512, TURN512(op), NOP); \
LOOP(name256, ONES256, TURN256(op), NOP)

// Loads and stores.
#define LOAD(at, v, acc, k)          VMOVUPS at(SI), v
#define LOADLOAD(at, v, acc, k)      VMOVUPS at(SI), v; VMOVUPS at(BX), acc
#define LOADSTORE(at, v, acc, k)     VMOVUPS at(SI), v; VMOVUPS v, at(DI)
#define LOADLOADSTORE(at, v, acc, k) VMOVUPS at(SI), v; VMOVUPS at(BX), acc; VMOVUPS v, at(DI)

LOOPS(·loadAVX512, ·loadAVX2, LOAD)
LOOPS(·loadLoadAVX512, ·loadLoadAVX2, LOADLOAD)
LOOPS(·loadStoreAVX512, ·loadStoreAVX2, LOADSTORE)
LOOPS(·loadLoadStoreAVX512, ·loadLoadStoreAVX2, LOADLOADSTORE)

// What the contract demands of a vector, from registers to registers. The chains
// of dot and sum wait for each other, the vectors of the others do not.
#define DOT_ONLY(at, v, acc, k)  VFMADD231PS k, k, acc
#define SUM_ONLY(at, v, acc, k)  VADDPS k, acc, acc
#define ADD_ONLY(at, v, acc, k)  VADDPS k, acc, v
#define AXPY_ONLY(at, v, acc, k) VMULPS k, acc, v; VADDPS acc, v, v
#define RELU_ONLY(at, v, acc, k) VMAXPS k, acc, v; VADDPS acc, v, v

LOOPS(·dotOnlyAVX512, ·dotOnlyAVX2, DOT_ONLY)
LOOPS(·sumOnlyAVX512, ·sumOnlyAVX2, SUM_ONLY)
LOOPS(·addOnlyAVX512, ·addOnlyAVX2, ADD_ONLY)
LOOPS(·axpyOnlyAVX512, ·axpyOnlyAVX2, AXPY_ONLY)
LOOPS(·reluOnlyAVX512, ·reluOnlyAVX2, RELU_ONLY)

// Both: an operation as the contract has it, with its loads and stores. The vectors
// of add, axpy and relu may take any order, and none was faster than one by one.
#define DOT(at, v, acc, k)  VMOVUPS at(SI), v; VFMADD231PS at(BX), v, acc
#define SUM(at, v, acc, k)  VADDPS at(SI), acc, acc
#define ADD(at, v, acc, k)  VMOVUPS at(SI), v; VADDPS at(BX), v, v; VMOVUPS v, at(DI)
#define AXPY(at, v, acc, k) VMULPS at(SI), k, v; VADDPS at(DI), v, v; VMOVUPS v, at(DI)
#define RELU(at, v, acc, k) VMAXPS at(SI), acc, v; VADDPS acc, v, v; VMOVUPS v, at(DI)

LOOP(·bareDotAVX512, ONES512, TURN512(DOT), FOLD512)
LOOP(·bareDotAVX2, ONES256, TURN256(DOT), FOLD256)
LOOP(·bareSumAVX512, ONES512, TURN512(SUM), FOLD512)
LOOP(·bareSumAVX2, ONES256, TURN256(SUM), FOLD256)
LOOPS(·bareAddAVX512, ·bareAddAVX2, ADD)
LOOPS(·bareAxpyAVX512, ·bareAxpyAVX2, AXPY)
LOOPS(·bareReLUAVX512, ·bareReLUAVX2, RELU)

// Single operations on as many vectors, without chains. A k of float64 lanes is
// 2^-7 and a bit.
#define MULTIPLY(at, v, acc, k) VMULPS k, k, v
#define DIVIDE(at, v, acc, k)   VDIVPS k, k, v
#define DIVIDE64(at, v, acc, k) VDIVPD k, k, v

LOOPS(·multiplyAVX512, ·multiplyAVX2, MULTIPLY)
LOOPS(·divideAVX512, ·divideAVX2, DIVIDE)
LOOPS(·divide64AVX512, ·divide64AVX2, DIVIDE64)
