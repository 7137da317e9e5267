package server_test

import (
	"fmt"

	"github.com/bausteine/egov/payment/xbezahldienste/server"
)

func ExampleReadRequest() {
	_, problem := server.ReadRequest([]byte(`{"requestId":"R1","requestTimestamp":"2026-04-03T12:00:00Z","currency":"EUR",
		"grosAmount":12.00,"purpose":"Gebühr","redirectUrl":"https://service.musterstadt.example/","items":[{}]}`), server.Rules{})
	fmt.Println(problem.Code, problem.Detail)
	// Output: VALIDATION_ERROR Feld purpose verletzt den Standard
}
