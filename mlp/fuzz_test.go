package mlp

import (
	"bytes"
	"testing"

	"github.com/lockstep-ml/lockstep/nn"
)

// FuzzRecord loads models with any record beside their network: the checksum of the file
// would keep other bytes from coming so far. What is loaded predicts.
func FuzzRecord(f *testing.F) {
	for _, record := range []string{
		`{"estimator":"classifier","label_kind":"string","classes":["a","b"],"scaling":{"offset":[1,2],"scale":[1,0.5],"low":0},"iterations":3,"loss_curve":[1,0.5]}`,
		`{"estimator":"logistic regression","label_kind":"string","classes":["","\u0000"]}`,
		`{"estimator":"regressor","target_scaling":{"offset":[1],"scale":[1e300],"low":-1},"convergence_warning":{}}`,
	} {
		f.Add(record)
	}
	f.Fuzz(func(t *testing.T, text string) {
		network, err := nn.Sequential(2, 0, nn.Dense(1))
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := network.Save(&file, map[string]string{metadataKey: text}); err != nil {
			return // no text that a file can hold
		}
		if m, err := ReadClassifier[string](bytes.NewReader(file.Bytes())); err == nil {
			if _, err := m.PredictRow([]float64{1, 2}); err != nil && m.Scaling() == nil {
				t.Fatal(err)
			}
		}
		if m, err := ReadLogisticRegression[string](bytes.NewReader(file.Bytes())); err == nil {
			if _, err := m.PredictRow([]float64{1, 2}); err != nil && m.Scaling() == nil {
				t.Fatal(err)
			}
		}
		if m, err := Read(bytes.NewReader(file.Bytes())); err == nil && m.Inputs() != 2 {
			t.Fatalf("%d inputs, want 2", m.Inputs())
		}
		if m, err := ReadRegressor(bytes.NewReader(file.Bytes())); err == nil {
			m.PredictRow([]float64{1, 2})
		}
	})
}
