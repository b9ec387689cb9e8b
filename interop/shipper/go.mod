module shipper

go 1.24
