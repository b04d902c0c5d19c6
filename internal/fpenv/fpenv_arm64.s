#include "textflag.h"

// func control() uint32
TEXT ·control(SB), NOSPLIT, $0-4
	MRS  FPCR, R0
	MOVW R0, ret+0(FP)
	RET

// func setControl(v uint32)
TEXT ·setControl(SB), NOSPLIT, $0-4
	MOVWU v+0(FP), R0
	MSR   R0, FPCR
	RET
