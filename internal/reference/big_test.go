package reference

import (
	"math"
	"math/big"
	"testing"
)

// A published value; e, log 2, log 10, pi, tanh 1 and erf 1 are sequences
// A001113, A002162, A002392, A000796, A073744 and A099286 of OEIS, the others
// were computed by mpmath 1.3 with 90 digits (200 for the last two functions).
var published = []struct {
	name   string
	f      func(p precision, x *big.Float) *big.Float
	x      float64
	digits string
}{
	{"pi", func(p precision, _ *big.Float) *big.Float { return p.pi() }, 0, "3.14159265358979323846264338327950288419716939937510582097494"},
	{"log 2", func(p precision, _ *big.Float) *big.Float { return p.ln2() }, 0, "0.69314718055994530941723212145817656807550013436025525412068"},
	{"exp", precision.exp, 0, "1"},
	{"exp", precision.exp, 1, "2.71828182845904523536028747135266249775724709369995957496697"},
	{"exp", precision.exp, -1, "0.367879441171442321595523770161460867445811131031767834507837"},
	{"exp", precision.exp, 0.5, "1.64872127070012814684865078781416357165377610071014801157508"},
	{"exp", precision.exp, -100, "3.72007597602083596295969580386311833735889229237678196712061e-44"},
	{"expm1", precision.expm1, 1, "1.71828182845904523536028747135266249775724709369995957496697"},
	{"expm1", precision.expm1, 0x1p-20, "9.53674771153745446788249556874283651885532817897751696863436e-7"},
	{"expm1", precision.expm1, -0.25, "-0.221199216928595131754829733021679352703227709573858525758683"},
	{"expm1", precision.expm1, -10, "-0.999954600070237515148464408484439449389762081911133435030741"},
	{"log", precision.log, 2, "0.69314718055994530941723212145817656807550013436025525412068"},
	{"log", precision.log, 10, "2.30258509299404568401799145468436420760110148862877297603333"},
	{"log", precision.log, 1.5, "0.405465108108164381978013115464349136571990423462494197614014"},
	{"log", precision.log, 1 - 0x1p-24, "-5.96046465517475349863325579799436053037880485436672080093972e-8"},
	{"log", precision.log, 0x1p-149, "-103.278929903431851103167586097268308643249520019678032863981"},
	{"log1p", precision.log1p, 9, "2.30258509299404568401799145468436420760110148862877297603333"},
	{"log1p", precision.log1p, -0.75, "-1.38629436111989061883446424291635313615100026872051050824136"},
	{"log1p", precision.log1p, 0x1p-20, "9.53673861659188233908415514963336143603148070979302858112255e-7"},
	{"log1p", precision.log1p, -0x1p-24, "-5.96046465517475349863325579799436053037880485436672080093972e-8"},
	{"erf", precision.erf, 1, "0.842700792949714869341220635082609259296066997966302908459938"},
	{"erf", precision.erf, 0.5, "0.520499877813046537682746653891964528736451575757963700058806"},
	{"erf", precision.erf, 0x1p-20, "1.07610623082654045957387691211970205390925306402039748569572e-6"},
	{"erf", precision.erf, 5, "0.999999999998462540205571965149811656514616621109881949685277"},
	{"erfc", precision.erfc, 1, "0.157299207050285130658779364917390740703933002033697091540062"},
	{"erfc", precision.erfc, -1, "1.84270079294971486934122063508260925929606699796630290845994"},
	{"erfc", precision.erfc, 10, "2.08848758376254475700078629495778861156081811932116372701221e-45"},
	{"erfc", precision.erfc, 25, "8.30017257119652275204401276951372276871422319188669959605445e-274"},
	{"Sigmoid", Sigmoid.exact, 1, "0.731058578630004879251159241821836274365144640165056519276366"},
	{"Sigmoid", Sigmoid.exact, -100, "3.72007597602083596295969580386311833735889215398712929344686e-44"},
	{"Tanh", Tanh.exact, 1, "0.761594155955764888119458282604793590412768597257936551596811"},
	{"Tanh", Tanh.exact, -0x1p-20, "-9.5367431640596087942067063733238537534928841382654369421094e-7"},
	{"Tanh", Tanh.exact, 10, "0.999999995877692763619592837138275741050814618495019962261401"},
	{"Softplus", Softplus.exact, 1, "1.31326168751822283404899549496785564191528008567034837471906"},
	{"Softplus", Softplus.exact, -100, "3.72007597602083596295969580386311833735889222318195563028374e-44"},
	{"SiLU", SiLU.exact, 1, "0.731058578630004879251159241821836274365144640165056519276366"},
	{"SiLU", SiLU.exact, -100, "-3.72007597602083596295969580386311833735889215398712929344686e-42"},
	{"GELU", GELU.exact, 1, "0.841344746068542948585232545632037922477912966726604390987394"},
	{"GELU", GELU.exact, -1, "-0.158655253931457051414767454367962077522087033273395609012606"},
	{"GELU", GELU.exact, 3, "2.99595030590510971642004455569721506786651189552485805190733"},
	{"GELU", GELU.exact, -14, "-1.09109515468699203561035545744531205897810831204550140600693e-43"},
	{"GELUTanh", GELUTanh.exact, 1, "0.841191990608276704781995777045183860825761470114009437650164"},
	{"GELUTanh", GELUTanh.exact, -1, "-0.158808009391723295218004222954816139174238529885990562349836"},
	{"GELUTanh", GELUTanh.exact, -8, "-3.10778293750111121803158052915088716955733044639561280366426e-21"},
	{"Mish", Mish.exact, 1, "0.865098388267310346116233449256312386886430378290355892075598"},
	{"Mish", Mish.exact, -1, "-0.303401461374108918074389275378365229674293734658105232609115"},
	{"Mish", Mish.exact, -50, "-9.64374923981958891508578406364105766477342333220034877490471e-21"},
	{"SELU", SELU.exact, 1, "1.0507009873554804934193349852946"},
	{"SELU", SELU.exact, -1, "-1.11133073781256276179864066242782551670521840830572528405831"},
	{"SiLUDerivative", SiLUDerivative.exact, 1, "0.927670511871486731788583975407745299987411925592370096852693"},
	{"SiLUDerivative", SiLUDerivative.exact, -2, "-0.090784248784895478756977510823247517664977662744353753155061"},
	{"SiLUDerivative", SiLUDerivative.exact, -100, "-3.68287521626062760333009884582448715398530309405760532683864e-42"},
	{"GELUDerivative", GELUDerivative.exact, 1, "1.08331547058768629838306273856759857730658493746403941647495"},
	{"GELUDerivative", GELUDerivative.exact, -2, "-0.0852318010781968967008457636548937260078528571920381809525695"},
	{"GELUDerivative", GELUDerivative.exact, -14, "-1.52745564632536702850038840312637354372284141982165025612219e-42"},
	{"GELUTanhDerivative", GELUTanhDerivative.exact, 1, "1.08296408384578255513964241866960075817221175190680900157921"},
	{"GELUTanhDerivative", GELUTanhDerivative.exact, -2, "-0.0860992566236183815645139175569839356859853867685246179203673"},
	{"GELUTanhDerivative", GELUTanhDerivative.exact, -8, "-4.7147845041068415844834408618300900028923753855008063567853e-20"},
	{"MishDerivative", MishDerivative.exact, 1, "1.04903622009979215908631830880242833438393169535166711968534"},
	{"MishDerivative", MishDerivative.exact, -2, "-0.108355092420393942833348917745772918529703659725029925378844"},
	{"MishDerivative", MishDerivative.exact, -50, "-9.45087425502319713678313836337423130248721494160537601982227e-21"},
}

// TestPublishedDigits asks for all 60 digits.
func TestPublishedDigits(t *testing.T) {
	const p precision = 256
	for _, c := range published {
		want, _, err := big.ParseFloat(c.digits, 10, uint(p), big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.f(p, p.float(c.x)); lost(got, want, 190) > 0 {
			t.Errorf("%s(%v) = %s, want %s", c.name, c.x, got.Text('g', 60), c.digits)
		}
	}
}

// lost returns how many of the p leading bits in which two numbers could agree
// are wrong.
func lost(got, want *big.Float, p precision) int {
	const wide precision = 4096
	difference := wide.sub(got, want)
	if difference.Sign() == 0 {
		return 0
	}
	return max(0, difference.MantExp(nil)-want.MantExp(nil)+int(p))
}

// TestPrecisions compares the functions at two precisions: the bits lost at the
// lower one must stay far from lostBits, which the rounding relies on.
func TestPrecisions(t *testing.T) {
	const low, high precision = 128, 320
	sizes := 200
	if testing.Short() {
		sizes = 20
	}
	for name, f := range functions {
		worst, at := 0, 0.0
		for _, x := range samples(sizes) {
			if !f.interesting(x) {
				continue
			}
			if bits := lost(f.exact(low, low.float(x)), f.exact(high, high.float(x)), low); bits > worst {
				worst, at = bits, x
			}
		}
		t.Logf("%s: %d bits lost at %v", name, worst, at)
		if worst > lostBits-13 {
			t.Errorf("%s(%v) loses %d bits, more than the documented %d", name, at, worst, lostBits-13)
		}
	}
}

// TestIdentities relates functions that are computed in different ways.
func TestIdentities(t *testing.T) {
	const p precision = 256
	one := p.float(1)
	for _, x := range []float64{-30, -3.25, -0.75, -0.5, -0.1, -0x1p-30, 0x1p-30, 0.3, 0.5, 0.7, 1, 2.5, 9, 30} {
		v := p.float(x)
		e := p.exp(v)
		for name, pair := range map[string][2]*big.Float{
			"e^x e^-x = 1":                {p.mul(e, p.exp(p.neg(v))), one},
			"log e^x = x":                 {p.log(e), v},
			"expm1(x) + 1 = e^x":          {p.add(p.expm1(v), one), e},
			"log1p(expm1(x)) = x":         {p.log1p(p.expm1(v)), v},
			"erf(x) + erfc(x) = 1":        {p.add(p.erf(v), p.erfc(v)), one},
			"erfc(x) + erfc(-x) = 2":      {p.add(p.erfc(v), p.erfc(p.neg(v))), p.float(2)},
			"erf(-x) = -erf(x)":           {p.erf(p.neg(v)), p.neg(p.erf(v))},
			"softplus(x) - softplus(-x)":  {p.sub(Softplus.exact(p, v), Softplus.exact(p, p.neg(v))), v},
			"sigmoid(x) + sigmoid(-x)":    {p.add(p.sigmoid(v), p.sigmoid(p.neg(v))), one},
			"gelu(x) - gelu(-x) = x":      {p.sub(GELU.exact(p, v), GELU.exact(p, p.neg(v))), v},
			"tanh(x) = 2 sigmoid(2x) - 1": {Tanh.exact(p, v), p.sub(p.scale(p.sigmoid(p.scale(v, 1)), 1), one)},
		} {
			// Identities that cancel lose as many bits as x is small or large.
			if bits := lost(pair[0], pair[1], p); bits > 80 {
				t.Errorf("%s fails at %v by %d bits of %d", name, x, bits, p)
			}
		}
	}
}

// TestErfcContinuedFraction compares erfc in its tail with the continued
// fraction (DLMF 7.9.1), which is not used elsewhere:
//
//	sqrt(pi) e^(x^2) erfc x = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...))))
func TestErfcContinuedFraction(t *testing.T) {
	const p precision = 256
	for _, x := range []float64{5, 7.5, 10.25, 20, 28} {
		v := p.float(x)
		denominator := v
		for n := 1500; n > 0; n-- {
			denominator = p.add(v, p.quo(p.float(float64(n)/2), denominator))
		}
		want := p.quo(p.exp(p.neg(p.mul(v, v))), p.mul(denominator, p.sqrt(p.pi())))
		if bits := lost(p.erfc(v), want, p); bits > lostBits {
			t.Errorf("erfc(%v) differs from the continued fraction by %d bits of %d", x, bits, p)
		}
	}
}

// samples returns n numbers of each sign, small ones and large ones, of all
// lengths of significand, and those closest to the zeros of derivatives.
func samples(n int) []float64 {
	var x []float64
	for i := range n {
		size := float64(float32(math.Exp2(float64(i)/float64(n)*40 - 33.3)))
		x = append(x, size, -size)
	}
	for _, zero := range []float64{-0x1.474973c84120bp0, -0x1.80ead197f00b4p-1, -0x1.81429f9e97e4dp-1, -0x1.31432c0d12d84p0} {
		x = append(x, float64(float32(zero)))
	}
	return x
}
